import LinqhookInbox
public import Logging

/// Brings every stored event to every handler that wants it.
///
/// Each handler has a pump of its own; nothing that one handler does holds up another. `start` makes ready,
/// `run` delivers until `drain`. What the operator asks for (reload, replay, dead letters) may come at any
/// time in between.
public actor Dispatcher {
  /// How long a handler that is changed or removed by a reload may finish what it has in flight.
  private static let reloadDrain = Duration.seconds(10)
  /// How long a handler may take to start: reading back a long file takes seconds, a dead mount forever.
  static let startTime = Duration.seconds(30)

  private enum Phase {
    case configured
    case started
    case stopped
  }

  let context: PumpContext
  let activePumps = ActivePumps()
  private(set) var registrations: [HandlerRegistration]
  private var phase = Phase.configured
  private let pumps: AsyncStream<any Pump>
  private let pumpStarted: AsyncStream<any Pump>.Continuation
  private var lastChange: Task<Void, Never>?
  private var startUnderWay: PumpStart?
  private var isDrainWanted = false

  /// A dispatcher for these handlers. It does nothing before `start`.
  public init(
    store: any DeliveryStore,
    registrations: [HandlerRegistration],
    clock: any DeliveryClock = SystemDeliveryClock(),
    logger: Logger
  ) {
    context = PumpContext(store: store, clock: clock, logger: logger)
    self.registrations = registrations
    (pumps, pumpStarted) = AsyncStream.makeStream()
  }

  /// Whether handlers can be changed: between `start` and `drain`.
  var isStarted: Bool { phase == .started }

  /// Starts every handler where it left off. When one cannot start, none is, and the error says which.
  public func start() async throws {
    guard phase == .configured else { return }
    context.store.subscribe { [activePumps] in activePumps.offer($0) }
    do {
      try await apply(prepare(registrations))
      phase = .started
    } catch {
      await drainAll(until: context.clock.now)
      throw error
    }
  }

  /// Delivers. Returns after `drain`; cancellation of the task ends it at once, without writing the progress
  /// of the last moment.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await pump in pumps {
        group.addTask { await pump.run() }
      }
    }
  }

  /// Takes nothing new, gives handlers this long to finish their events in flight, cancels the rest, records
  /// the progress and stops every handler. One that hangs is left alone after some seconds more.
  public func drain(within duration: Duration) async {
    let deadline = context.clock.now + duration
    // A reload that is under way is not waited for longer than need be.
    isDrainWanted = true
    startUnderWay?.giveUp()
    _ = await exclusively { await self.drainAll(until: deadline) }
  }

  private func drainAll(until deadline: Duration) async {
    phase = .stopped
    _ = await drain(activePumps.pumps, until: deadline)
    pumpStarted.finish()
  }

  /// Tells every handler to reopen its files.
  public func reopen() async {
    await withDiscardingTaskGroup { group in
      for pump in activePumps.pumps {
        group.addTask { await pump.reopen() }
      }
    }
  }

  /// The figures of every handler, in the order of the configuration; cheap, from any thread.
  public nonisolated var statistics: [HandlerStatistics] {
    // Counted by the store: what is staged twice, or too late, changes no more than one row.
    let deadLetters = context.store.deadLetterCounts
    return activePumps.pumps.map { pump in
      var statistics = pump.metrics.statistics(feed: pump.feed)
      statistics.deadLetters = deadLetters[statistics.handler] ?? 0
      statistics.add(pump.report)
      if statistics.isPaused { statistics.health = .working }
      return statistics
    }
  }

  // MARK: Reload

  /// Puts other handlers in force, all or nothing.
  ///
  /// A handler whose fingerprint is the same goes on undisturbed. One that changed finishes what it has in
  /// flight, stops, and goes on with the new settings where it left off. A new one gets what is accepted from
  /// now on. One that is gone finishes what it has in flight; its backlog is kept as long as retention keeps
  /// events. When a handler cannot start, or hangs and cannot be stopped, those of before are put back in force and the
  /// error is thrown.
  public func reconfigure(_ new: [HandlerRegistration]) async throws {
    try await exclusively { try await self.change(to: new) }.get()
  }

  private func change(to new: [HandlerRegistration]) async throws {
    guard phase == .started else {
      throw DispatcherError(.stopping, "The handlers were not changed because linqhook is stopping.")
    }
    let known = try await context.store.handlers().map(\.handler)
    // Where this fails all handlers are as they were.
    let plan = try await prepare(new)
    do {
      try await apply(plan)
      registrations = new
    } catch {
      await isDrainWanted ? clear(known: Set(known)) : restorePrevious(known: Set(known))
      throw error
    }
  }

  /// What the refused handlers left in the store goes: one of them that is configured properly later gets what is
  /// accepted from then on, not from now.
  private func clear(known: Set<String>) async {
    do {
      try await forgetStrangers(known: known)
    } catch {
      context.logger.warning(
        "could not remove the handlers of a failed reload from the inbox; see `linqhook handlers list`",
        metadata: ["error": "\(error)"]
      )
    }
  }

  private func forgetStrangers(known: Set<String>) async throws(InboxError) {
    _ = try await context.store.attach(registrations.map(\.name))
    for handler in try await context.store.handlers() where !known.contains(handler.handler) {
      try await context.store.forget(handler.handler)
    }
  }

  /// Puts the handlers of before in force again, and clears away what the refused ones left.
  private func restorePrevious(known: Set<String>) async {
    do {
      try await apply(prepare(registrations))
      try await forgetStrangers(known: known)
    } catch {
      context.logger.critical(
        "could not restore the previous handlers; restart linqhook",
        metadata: ["error": "\(error)"]
      )
    }
  }

  /// How to get from the handlers in force to others.
  private struct Plan {
    let names: [String]
    let attached: [String]
    let added: [HandlerRegistration]
    let changed: [HandlerRegistration]
    let leaving: [any Pump]
    let progress: [HandlerProgress]
  }

  /// Finds out what can be known beforehand, and gives each handler its place in the store; neither starts nor drains
  /// any.
  private func prepare(_ wanted: [HandlerRegistration]) async throws -> Plan {
    let names = wanted.map(\.name)
    guard Set(names).count == names.count else {
      throw DispatcherError(.duplicateHandler, "Two handlers have the same name; give each its own.")
    }
    let present = activePumps.pumps
    let isPresent = Set(present.map(\.registration.name))
    let changed = wanted.filter { new in
      present.contains { $0.registration.name == new.name && !$0.registration.isSame(as: new) }
    }
    let leaving = present.filter { pump in
      !names.contains(pump.registration.name) || changed.contains { $0.name == pump.registration.name }
    }
    for pump in leaving { try await pump.checkAnswers() }
    let attached = names + isPresent.subtracting(names)
    return Plan(
      names: names,
      attached: attached,
      added: wanted.filter { !isPresent.contains($0.name) },
      changed: changed,
      leaving: leaving,
      progress: try await context.store.attach(attached)
    )
  }

  /// Starts what is missing and drains what is too much. New handlers come first: they are the likeliest to
  /// fail, and then nothing has been disturbed. Handlers that leave keep hold of their events in the store until all
  /// others have started: only then is it sure that they leave.
  private func apply(_ plan: Plan) async throws {
    try await start(plan.added, from: plan.progress)
    try await stop(plan.leaving)
    // What left has moved on until now.
    try await start(plan.changed, from: context.store.attach(plan.attached))
    if plan.attached != plan.names { _ = try await context.store.attach(plan.names) }
    activePumps.sort(by: plan.names)
  }

  private func start(_ registrations: [HandlerRegistration], from progress: [HandlerProgress]) async throws {
    for registration in registrations {
      guard let progress = progress.first(where: { $0.handler == registration.name }) else { continue }
      let pump = registration.makePump(progress: progress, context: context)
      try await start(pump)
      activePumps.add(pump)
      pumpStarted.yield(pump)
      guard progress.isPaused else { continue }
      context.logger.notice(
        "handler is paused and gets no events until `linqhook handlers resume`",
        metadata: ["handler": "\(registration.name)"]
      )
    }
  }

  private func start(_ pump: any Pump) async throws(DispatcherError) {
    let name = pump.registration.name
    guard !isDrainWanted else { throw .startBrokenOff(name) }
    let start = PumpStart()
    startUnderWay = start
    defer { startUnderWay = nil }
    start.begin(pump)
    let hasStarted: Bool
    do {
      hasStarted = try await start.wait(until: context.clock.now + Self.startTime, clock: context.clock)
    } catch {
      throw DispatcherError(.handlerNotStarted, "The handler \"\(name)\" could not start: \(error)")
    }
    guard !hasStarted else { return }
    throw isDrainWanted ? .startBrokenOff(name) : .startHangs(name, Self.startTime)
  }

  /// Drains pumps that others take over from. One that hangs stays in the roster, so that nobody does: its handler may
  /// still deliver what it has in its hands, and record that.
  private func stop(_ pumps: [any Pump]) async throws(DispatcherError) {
    let hanging = await drain(pumps, until: context.clock.now + Self.reloadDrain)
    for pump in hanging { activePumps.add(pump) }
    guard let name = hanging.first?.registration.name else { return }
    throw DispatcherError(
      .handlerHangs,
      "The handler \"\(name)\" hangs while it stops, and gets no events any more. See to the disk that it writes to, "
        + "then restart linqhook; its events wait in the inbox."
    )
  }

  /// Returns the pumps that hang and were left alone.
  private func drain(_ pumps: [any Pump], until deadline: Duration) async -> [any Pump] {
    for pump in pumps { activePumps.remove(pump.registration.name) }
    return await withTaskGroup(of: (any Pump)?.self) { group in
      for pump in pumps {
        group.addTask { await pump.drain(until: deadline) ? nil : pump }
      }
      return await group.reduce(into: []) { hanging, pump in
        if let pump { hanging.append(pump) }
      }
    }
  }

  /// Runs changes one after the other: an actor alone would let a drain begin in the middle of a reload, or a replay
  /// reach a pump that a reload is about to replace.
  func exclusively<Value: Sendable>(
    _ change: @escaping @Sendable () async throws -> Value
  ) async -> Result<Value, any Error> {
    let previous = lastChange
    let task = Task {
      await previous?.value
      return try await change()
    }
    lastChange = Task { _ = await task.result }
    return await task.result
  }
}

extension HandlerRegistration {
  fileprivate func isSame(as other: HandlerRegistration) -> Bool { fingerprint == other.fingerprint }
}
