import LinqEvents
import LinqhookHTTPClient
import MicroHTTP
import Synchronization

/// Answers calls and plays the happenings that follow them. One lock guards the account; nothing waits under
/// it.
final class SandboxCore: Sendable {
  /// Work for the sandbox's tasks.
  enum Job: Sendable {
    /// The happenings that follow one call, in order.
    case story([ScheduledEntry])
    case delivery(Delivery)
  }

  private struct State {
    var world: World
    var lanes = LaneBook()
    var dice: FaultDice
    var limiter: RateLimiter
    var sendFaults: SendFaults
    var losses: LossDice
  }

  let log = DeliveryLog()
  private let configuration: SandboxConfiguration
  private let state: Mutex<State>
  private let jobs: AsyncStream<Job>.Continuation

  init(_ configuration: SandboxConfiguration, jobs: AsyncStream<Job>.Continuation) {
    self.configuration = configuration
    self.jobs = jobs
    state = Mutex(
      State(
        world: World(configuration),
        dice: FaultDice(scenarios: configuration.scenarios, seed: configuration.seed),
        limiter: RateLimiter(callsPerSecond: configuration.rateLimit),
        sendFaults: SendFaults(
          refusedShare: configuration.refusedSendShare,
          failedAnswerShare: configuration.failedAnswerShare,
          seed: configuration.seed
        ),
        losses: LossDice(share: configuration.lostDeliveryShare, seed: configuration.seed)
      )
    )
  }

  /// Sets the base URL of uploaded files.
  func setAttachmentsURL(_ url: String) {
    state.withLock { $0.world.attachmentsURL = url }
  }

  /// Whether a token is accepted.
  func isAccepted(token: String?) -> Bool {
    guard let token, !token.isEmpty, !token.contains(where: \.isWhitespace) else { return false }
    return configuration.token == nil || configuration.token == token
  }

  /// Whether one more call is within the limit.
  func isWithinRateLimit() -> Bool {
    state.withLock { $0.limiter.admit(at: log.nowMicroseconds) }
  }

  /// Carries out a call and schedules the happenings that follow it.
  func perform(
    _ operation: Operation,
    query: String?,
    parameters: RequestParameters
  ) throws(CallRejection) -> Reply {
    let key = parameters.fields["message"]?["idempotency_key"]?.asText
    return try send(
      if: operation.isSend,
      isRepeated: { world in key.map { world.messageIDsByKey[$0] != nil } ?? false },
      refusal: .rateLimited(retryAfterSeconds: 1),
      fault: .serverFault
    ) { world throws(CallRejection) in
      try world.perform(operation, query: query, parameters: parameters, at: .now)
    }
  }

  /// Carries out a call of V3 and schedules the happenings that follow it.
  func perform(_ call: V3Call) throws(V3Rejection) -> Reply {
    try send(
      if: call.operation.isSend,
      isRepeated: { $0.knowsKey(of: call) },
      refusal: .tooMany(retryAfterSeconds: 1),
      fault: .serverFault
    ) { world throws(V3Rejection) in try world.perform(call, at: .now) }
  }

  /// Carries out a call; one that sends is refused, or its answer replaced by a fault, as the dice fall.
  private func send<Failure: Error>(
    if isSend: Bool,
    isRepeated: (World) -> Bool,
    refusal: Failure,
    fault: Failure,
    _ perform: (inout World) throws(Failure) -> Reply
  ) throws(Failure) -> Reply {
    try change { state throws(Failure) in
      let drawn = isSend ? state.sendFaults.draw() : nil
      if drawn == .refused { throw refusal }
      // A repeated key must end in its answer, so only a send that takes effect has its answer replaced.
      let isRepeat = isSend && isRepeated(state.world)
      let reply = try perform(&state.world)
      if drawn == .failedAnswer, !isRepeat { throw fault }
      return reply
    }
  }

  /// Lets something happen at the other side.
  func trigger(_ trigger: Trigger, _ parameters: RequestParameters) throws(CallRejection) -> Reply {
    try change { state throws(CallRejection) in
      try state.world.perform(trigger, parameters.fields, at: .now)
    }
  }

  func file(_ id: String, query: String?) throws(FileRefusal) -> (contentType: String, bytes: [UInt8]) {
    try state.withLock { state throws(FileRefusal) in try state.world.file(id, query: query, at: .now) }
  }

  func upload(_ id: String, signature: String?, contentType: String?, bytes: [UInt8]) throws(FileRefusal) {
    try state.withLock { state throws(FileRefusal) in
      try state.world.upload(id, signature: signature, contentType: contentType, bytes: bytes, at: .now)
    }
  }

  /// Changes the account, and schedules what follows even if the answer is a refusal.
  private func change<Failure: Error>(_ body: (inout State) throws(Failure) -> Reply) throws(Failure) -> Reply
  {
    let (result, happenings) = state.withLock { state -> (Result<Reply, Failure>, [ScheduledEntry]) in
      let result = Result { () throws(Failure) in try body(&state) }
      return (result, state.world.takeScheduled())
    }
    play(happenings)
    return try result.get()
  }

  private func play(_ happenings: [ScheduledEntry]) {
    guard !happenings.isEmpty else { return }
    log.open()
    jobs.yield(.story(happenings))
  }

  /// Plays each happening when it is due, and sends its event to the subscribers.
  func tell(_ story: [ScheduledEntry]) async {
    defer { log.close() }
    let start = ContinuousClock.now
    for scheduled in story {
      let due = start + .seconds(scheduled.afterSeconds / configuration.timeScale)
      do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
      let (deliveries, further) = state.withLock { state -> ([Delivery], [ScheduledEntry]) in
        let now = Timestamp.now
        guard let fact = state.world.live(through: scheduled.happening, at: now) else { return ([], []) }
        let deliveries = self.deliveries(of: fact, at: now, isBurst: scheduled.isBurst, &state)
        return (deliveries, state.world.takeScheduled())
      }
      for delivery in deliveries { jobs.yield(.delivery(delivery)) }
      play(further)
    }
  }

  func activeSubscription(_ id: Int) -> SubscriptionRecord? {
    state.withLock { $0.world.subscriptions[id].flatMap { $0.isActive ? $0 : nil } }
  }

  /// The headers by which a receiver finds the place of a chat.
  func routingHeaders(_ subscription: SubscriptionRecord, chatID: String) -> [(name: String, value: String)] {
    guard let keyHeader = subscription.routingKeyHeader, let idHeader = subscription.routingIDHeader,
      !chatID.isEmpty
    else { return [] }
    let lane = RoutingLane(subscriptionID: subscription.id, chatID: chatID)
    let token = state.withLock { $0.world.routingTokens[lane] }
    return [(idHeader, chatID)]
      + (token.map { [(keyHeader, $0)] } ?? [])
  }

  func learn(routingToken token: String, for lane: RoutingLane) {
    state.withLock { $0.world.learn(routingToken: token, for: lane) }
  }

  func noteAttempt(ofSubscription id: Int, isDelivered: Bool) {
    state.withLock { $0.world.noteAttempt(ofSubscription: id, isDelivered: isDelivered, at: .now) }
  }

  func report() -> SandboxReport {
    let deliveries = log.deliveries
    return SandboxReport(
      version: configuration.version.rawValue,
      scenarios: configuration.scenarios.map(\.rawValue).sorted(),
      seed: configuration.seed,
      isPending: log.isPending,
      summary: SandboxReport.Summary(of: deliveries),
      deliveries: deliveries
    )
  }

  private func deliveries(
    of fact: EventFact,
    at now: Timestamp,
    isBurst: Bool,
    _ state: inout State
  ) -> [Delivery] {
    // One event has one id at all subscriptions of an API.
    let eventIDs = [APIGeneration.v2: Identifier.random(), .v3: Identifier.random()]
    return state.world.subscriptions.values
      .filter { $0.isActive && fact.isWanted(by: $0) }
      .sorted { $0.id < $1.id }
      .compactMap { subscription in
        var fault = state.dice.draw()
        fault.overtakes = fault.overtakes || isBurst || fact.chat == nil
        fault.isLost = state.losses.draw()
        // V2 has no timestamp but the one in its body, and the body is the same in each try.
        let bodySkewSeconds = subscription.form == .v2 ? fault.clockSkewSeconds : 0
        let createdAt = Timestamp(milliseconds: now.milliseconds + bodySkewSeconds * 1_000)
        guard let eventID = eventIDs[subscription.api],
          let event = EventBody(fact, form: subscription.form, id: eventID, createdAt: createdAt)
        else { return nil }
        let lane = LaneBook.Lane(subscriptionID: subscription.id, chatID: fact.chat?.id ?? 0)
        let gates = state.lanes.enter(lane)
        return Delivery(
          number: log.add(event, to: subscription),
          event: event,
          subscriptionID: subscription.id,
          fault: fault,
          gateBefore: gates.before,
          latch: gates.own
        )
      }
  }
}
