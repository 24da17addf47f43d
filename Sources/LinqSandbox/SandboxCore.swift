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
        limiter: RateLimiter(callsPerSecond: configuration.rateLimit)
      )
    )
  }

  /// Sets the base URL of uploaded files.
  func setAttachmentsURL(_ url: String) {
    state.withLock { $0.world.attachmentsURL = url }
  }

  func file(_ id: String) -> (contentType: String, bytes: [UInt8])? {
    state.withLock { $0.world.files.file(id) }
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
    let (result, happenings) = state.withLock {
      state -> (Result<Reply, CallRejection>, [ScheduledEntry]) in
      let result = Result { () throws(CallRejection) in
        try state.world.perform(operation, query: query, parameters: parameters, at: .now)
      }
      return (result, state.world.takeScheduled())
    }
    if !happenings.isEmpty {
      log.open()
      jobs.yield(.story(happenings))
    }
    return try result.get()
  }

  /// Plays each happening when it is due, and sends its event to the subscribers.
  func tell(_ story: [ScheduledEntry]) async {
    defer { log.close() }
    let start = ContinuousClock.now
    for scheduled in story {
      let due = start + .seconds(scheduled.afterSeconds / configuration.timeScale)
      do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
      let deliveries = state.withLock { state -> [Delivery] in
        let now = Timestamp.now
        guard let fact = state.world.live(through: scheduled.happening, at: now) else { return [] }
        return self.deliveries(of: fact, at: now, isBurst: scheduled.isBurst, &state)
      }
      for delivery in deliveries { jobs.yield(.delivery(delivery)) }
    }
  }

  func activeSubscription(_ id: Int) -> SubscriptionRecord? {
    state.withLock { $0.world.subscriptions[id].flatMap { $0.isActive ? $0 : nil } }
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
    let eventID = Identifier.random()
    return state.world.subscriptions.values
      .filter { $0.isActive && fact.isWanted(by: $0.events, api: configuration.version) }
      .sorted { $0.id < $1.id }
      .compactMap { subscription in
        var fault = state.dice.draw()
        fault.overtakes = fault.overtakes || isBurst
        // V2 has no timestamp but the one in its body, and the body is the same in each try.
        let bodySkewSeconds = configuration.version == .v2 ? fault.clockSkewSeconds : 0
        let createdAt = Timestamp(milliseconds: now.milliseconds + bodySkewSeconds * 1_000)
        guard let event = EventBody(fact, api: configuration.version, id: eventID, createdAt: createdAt)
        else {
          return nil
        }
        let lane = LaneBook.Lane(subscriptionID: subscription.id, chatID: fact.chat.id)
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

/// Counts calls in each second.
struct RateLimiter {
  let callsPerSecond: Int?
  private var second: Int64 = -1
  private var count = 0

  init(callsPerSecond: Int?) {
    self.callsPerSecond = callsPerSecond
  }

  mutating func admit(at microseconds: Int64) -> Bool {
    guard let callsPerSecond else { return true }
    if microseconds / 1_000_000 != second {
      second = microseconds / 1_000_000
      count = 0
    }
    count += 1
    return count <= callsPerSecond
  }
}
