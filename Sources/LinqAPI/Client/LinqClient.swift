// A client for Linq's Partner API V2. A call takes effect at most once. The client repeats it only after a
// 429, which means that nothing was done, and even then not a send without an idempotency key. After a
// time-out or a 5xx it is unknown whether the call took effect, so the error names the key with which a
// second try cannot send twice.

public import HTTPClient

/// Calls the Partner API V2. Safe to share between tasks.
public struct LinqClient: Sendable {
  private let address: ServiceAddress
  private let token: IntegrationToken
  private let http: HTTPClient
  private let timeoutSeconds: Double
  private let waitSecondsMax: Double

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - address: where the API is.
  ///   - token: the integration token, sent with each request.
  ///   - http: carries the requests; its owner shuts it down.
  ///   - timeoutSeconds: how long one request may take, uploads included.
  ///   - waitSecondsMax: how long a call may wait for the rate limit in total.
  public init(
    address: ServiceAddress,
    token: IntegrationToken,
    http: HTTPClient,
    timeoutSeconds: Double = 60,
    waitSecondsMax: Double = 30
  ) {
    self.address = address
    self.token = token
    self.http = http
    self.timeoutSeconds = timeoutSeconds
    self.waitSecondsMax = waitSecondsMax
  }

  /// Makes the call and reads its answer.
  func perform<Value: Decodable & Sendable>(
    _ call: APICall,
    as type: Value.Type
  ) async throws(LinqAPIError) -> APIAnswer<Value> {
    do throws(LinqAPIError) {
      return try AnswerReading.read(try await exchange(call), as: type, token: token)
    } catch {
      throw error.addingRepetitionAdvice(for: call)
    }
  }

  /// Makes a call whose answer has no body.
  func perform(_ call: APICall) async throws(LinqAPIError) {
    _ = try await exchange(call)
  }

  /// The first answer that is not 429, or the last one when no wait is left.
  private func exchange(_ call: APICall) async throws(LinqAPIError) -> IncomingResponse {
    var wait = RateLimitWait(secondsMax: waitSecondsMax)
    while true {
      let response = try await send(call)
      if (200...299).contains(response.status) { return response }
      let refusal = AnswerReading.refusal(response, token: token)
      guard response.status == 429 else { throw refusal }
      guard call.repetition != .sendsAgain else {
        throw refusal.adding("It was not repeated automatically, because it has no idempotency key.")
      }
      let retryAfter = response.header("Retry-After").flatMap(Double.init)
      guard let seconds = wait.next(retryAfterSeconds: retryAfter) else {
        throw refusal.adding(wait.givingUpSentence(retryAfterSeconds: retryAfter))
      }
      do { try await Task.sleep(for: .seconds(seconds)) } catch {
        throw LinqAPIError(.rateLimited, "The call ended because its task was cancelled.")
      }
    }
  }

  private func send(_ call: APICall) async throws(LinqAPIError) -> IncomingResponse {
    let request = call.request(to: address, token: token, timeoutSeconds: timeoutSeconds)
    do throws(HTTPClientError) {
      guard call.repetition == .sendsAgain else { return try await http.send(request) }
      // libcurl repeats a request when a kept connection turns out to be dead. A new client has no kept
      // connection.
      let fresh = try HTTPClient()
      let response = try await fresh.send(request)
      await fresh.shutdown()
      return response
    } catch {
      throw LinqAPIError(error)
    }
  }
}

extension LinqAPIError {
  fileprivate init(_ error: HTTPClientError) {
    switch error.code {
    case .invalidRequest: self.init(.invalidInput, error.description)
    case .invalidConfiguration, .invalidURL: self.init(.configuration, error.description)
    case .resolve, .connect, .tls:
      self.init(.unreachable, "Linq's API cannot be reached: \(error.description)")
    case .timeout, .tooLarge, .cancelled, .other:
      self.init(.noAnswer, "Linq's API gave no answer: \(error.description)")
    }
  }

  /// After these failures the call may have taken effect.
  private var isOutcomeUnknown: Bool {
    switch code {
    case .unavailable, .noAnswer, .unreadableAnswer: true
    case .configuration, .invalidInput, .refused, .rateLimited, .unreachable, .fault: false
    }
  }

  fileprivate func addingRepetitionAdvice(for call: APICall) -> LinqAPIError {
    guard isOutcomeUnknown else { return self }
    switch call.repetition {
    case .harmless: return self
    case .keyed(let key):
      return adding(
        "Whether the message was sent is not known; try again with the idempotency key \(key), and it is "
          + "sent at most once."
      )
    case .addsAnother:
      return adding("Whether it took effect is not known. List what there is before trying again.")
    case .sendsAgain:
      return adding("Whether the message was sent is not known. Look before sending it again.")
    }
  }
}
