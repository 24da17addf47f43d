// Posts deliveries to their subscriptions by Linq's rule, with the disturbances of the scenarios. Each
// request is in the log with its answer.

import LinqhookHTTPClient

struct WebhookSender: Sendable {
  let http: HTTPClient
  let log: DeliveryLog
  let configuration: SandboxConfiguration
  let rule: RetryRule
  /// The subscription as it is now; nil when it is gone or turned off.
  let activeSubscription: @Sendable (Int) -> SubscriptionRecord?
  let routingHeaders: @Sendable (SubscriptionRecord, _ chatID: String) -> [(name: String, value: String)]
  let learnRouting: @Sendable (_ token: String, RoutingLane) -> Void
  let noteAttempt: @Sendable (_ subscriptionID: Int, _ isDelivered: Bool) -> Void

  /// Delivers until the delivery is settled, and logs the outcome.
  func deliver(_ delivery: Delivery) async {
    defer { delivery.latch.open() }
    guard !delivery.fault.isLost else { return log.settle(delivery.number, .lost) }
    if !delivery.fault.overtakes { await delivery.gateBefore?.wait() }
    await pause(seconds: delivery.fault.delaySeconds / configuration.timeScale)
    if delivery.fault.isTampered { await post(delivery, .tampered) }
    await withDiscardingTaskGroup { group in
      for _ in 0..<delivery.fault.copyCount {
        group.addTask { await post(delivery, .duplicate) }
      }
      log.settle(delivery.number, await tryUntilSettled(delivery))
    }
  }

  private func tryUntilSettled(_ delivery: Delivery) async -> SandboxReport.Outcome {
    var number = 1
    while !Task.isCancelled {
      guard let subscription = activeSubscription(delivery.subscriptionID) else { return .unsubscribed }
      guard configuration.deliversAnywhere || LocalHost.isLocal(url: subscription.url) else {
        return .notLocal
      }
      let status = await post(delivery, .regular, number: number)
      delivery.latch.open()
      if let status, !RetryRule.isRetried(status: status) {
        return (200...299).contains(status) ? .delivered : .refused
      }
      guard let seconds = rule.waitSeconds(afterTry: number) else { return .exhausted }
      await pause(seconds: seconds)
      number += 1
    }
    return .pending
  }

  /// Posts once; returns the status that Linq sees, or nil for none.
  @discardableResult
  private func post(
    _ delivery: Delivery,
    _ kind: SandboxReport.Attempt.Kind,
    number: Int = 1
  ) async -> Int? {
    guard let subscription = activeSubscription(delivery.subscriptionID),
      configuration.deliversAnywhere || LocalHost.isLocal(url: subscription.url)
    else { return nil }
    let isAnswerLost = kind == .regular && number == 1 && delivery.fault.isFirstAnswerLost
    let startedAt = log.nowMicroseconds
    var status: Int?
    var failure: String?
    do throws(HTTPClientError) {
      let response = try await http.send(request(delivery, to: subscription, kind, number: number))
      status = response.status
      if !isAnswerLost { learnRouting(from: response, delivery, subscription) }
    } catch {
      failure = error.description
    }
    log.append(
      SandboxReport.Attempt(
        kind: kind,
        startedAtMicroseconds: startedAt,
        endedAtMicroseconds: log.nowMicroseconds,
        status: status,
        error: failure,
        isAnswerLost: isAnswerLost
      ),
      to: delivery.number
    )
    let seen = isAnswerLost ? nil : status
    if kind == .regular { noteAttempt(subscription.id, seen.map { (200...299).contains($0) } ?? false) }
    return seen
  }

  /// A 2xx may say where the chat's next events belong.
  private func learnRouting(
    from response: IncomingResponse,
    _ delivery: Delivery,
    _ subscription: SubscriptionRecord
  ) {
    guard (200...299).contains(response.status), !delivery.event.chatID.isEmpty,
      let name = subscription.routingKeyHeader, let token = response.header(name), !token.isEmpty
    else { return }
    learnRouting(token, RoutingLane(subscriptionID: subscription.id, chatID: delivery.event.chatID))
  }

  private func request(
    _ delivery: Delivery,
    to subscription: SubscriptionRecord,
    _ kind: SandboxReport.Attempt.Kind,
    number: Int
  ) -> OutgoingRequest {
    // Each try has a new timestamp; a skewed clock is wrong in the first try only.
    let skewSeconds = kind == .regular && number == 1 ? delivery.fault.clockSkewSeconds : 0
    let routing = routingHeaders(subscription, delivery.event.chatID).map { HTTPField($0.name, $0.value) }
    let headers = DeliverySignature.headers(
      for: delivery.event,
      subscriptionID: subscription.idText,
      secret: subscription.secret,
      timestampSeconds: Timestamp.now.milliseconds / 1_000 + skewSeconds
    )
    return OutgoingRequest(
      method: "POST",
      url: subscription.url,
      headers: headers + routing,
      body: .bytes(kind == .tampered ? Self.tampered(delivery.event.bytes) : delivery.event.bytes),
      timeout: .seconds(RetryRule.responseTimeoutSeconds)
    )
  }

  /// The same bytes with one bit changed in the middle, inside a text or number.
  private static func tampered(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let middle = bytes.count / 2
    let isTarget: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let index = bytes[middle...].firstIndex(where: isTarget) ?? middle
    bytes[index] ^= 1
    return bytes
  }

  private func pause(seconds: Double) async {
    // Cancellation ends the pause; the callers check for it.
    if seconds > 0 { try? await Task.sleep(for: .seconds(seconds)) }
  }
}
