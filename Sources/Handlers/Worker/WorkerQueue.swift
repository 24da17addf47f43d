internal import LinqhookDelivery
internal import LinqhookInbox

/// The events of one worker: those that wait for a place in its window, and those that it has.
struct WorkerQueue {
  private struct Item {
    var attempt: DeliveryAttempt
    var deadline: ContinuousClock.Instant
    var settle: @Sendable (ProgramAnswer) -> Void
  }

  private let window: Int
  private var lastTicket = 0
  private var items: [Int: Item] = [:]
  /// Tickets in the order of arrival; those that were given up meanwhile are passed over.
  private var waiting: [Int] = []
  private var waitingStart = 0
  private var inFlight: [String: Int] = [:]

  init(window: Int) { self.window = window }

  var isEmpty: Bool { items.isEmpty }

  mutating func nextTicket() -> Int {
    lastTicket += 1
    return lastTicket
  }

  mutating func take(
    _ attempt: DeliveryAttempt,
    ticket: Int,
    deadline: ContinuousClock.Instant,
    settle: @escaping @Sendable (ProgramAnswer) -> Void
  ) {
    items[ticket] = Item(attempt: attempt, deadline: deadline, settle: settle)
    waiting.append(ticket)
  }

  /// Moves waiting events into the window, oldest first.
  mutating func dispatch(_ send: (DeliveryAttempt, _ id: String) -> Void) {
    while inFlight.count < window, waitingStart < waiting.count {
      let ticket = waiting[waitingStart]
      waitingStart += 1
      guard let item = items[ticket] else { continue }
      let id = unusedID(item.attempt.event.eventID)
      inFlight[id] = ticket
      send(item.attempt, id)
    }
    if waitingStart > 1_024 || waitingStart == waiting.count {
      waiting.removeFirst(waitingStart)
      waitingStart = 0
    }
  }

  /// - Returns: false for an id that is not in flight.
  mutating func settle(_ answer: WorkerAnswer) -> Bool {
    guard let ticket = inFlight.removeValue(forKey: answer.id) else { return false }
    // Nil where the event was given up: its place in the window was kept for this answer.
    items.removeValue(forKey: ticket)?.settle(answer.answer)
    return true
  }

  /// Nobody waits for this event any more.
  mutating func giveUp(_ ticket: Int, _ result: DeliveryResult) {
    items.removeValue(forKey: ticket)?.settle(.result(result))
  }

  /// Hands back what the process does not have yet.
  mutating func returnWaiting(_ result: DeliveryResult) {
    for ticket in waiting[waitingStart...] { items.removeValue(forKey: ticket)?.settle(.result(result)) }
    waiting = []
    waitingStart = 0
  }

  /// Gives what the process does not have yet another time.
  mutating func setDeadlineOfWaiting(_ deadline: ContinuousClock.Instant) {
    for ticket in waiting[waitingStart...] { items[ticket]?.deadline = deadline }
  }

  /// Hands back what the process had.
  mutating func returnInFlight(_ result: DeliveryResult) {
    let tickets = inFlight.values
    inFlight = [:]
    for ticket in tickets { items.removeValue(forKey: ticket)?.settle(.result(result)) }
  }

  /// Hands back everything.
  mutating func returnAll(_ result: DeliveryResult) {
    for item in items.values { item.settle(.result(result)) }
    items = [:]
    inFlight = [:]
    waiting = []
    waitingStart = 0
  }

  /// Hands back what is over its time.
  /// - Returns: how many of these the process had.
  mutating func expire(
    at now: ContinuousClock.Instant,
    waiting waitingResult: DeliveryResult,
    inFlight inFlightResult: () -> DeliveryResult
  ) -> Int {
    let expired = Set(items.filter { $0.value.deadline <= now }.keys)
    guard !expired.isEmpty else { return 0 }
    let late = inFlight.filter { expired.contains($0.value) }
    if !late.isEmpty {
      let result = inFlightResult()
      for ticket in late.values { items.removeValue(forKey: ticket)?.settle(.result(result)) }
    }
    for ticket in expired { items.removeValue(forKey: ticket)?.settle(.result(waitingResult)) }
    return late.count
  }

  /// The event's own id; a replay of an event that is in flight gets a number behind it.
  private func unusedID(_ eventID: String) -> String {
    guard inFlight[eventID] != nil else { return eventID }
    var number = 2
    while inFlight["\(eventID)#\(number)"] != nil { number += 1 }
    return "\(eventID)#\(number)"
  }
}
