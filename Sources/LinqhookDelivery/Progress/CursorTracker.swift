import DequeModule

/// Finds how far a cursor may move when events are settled in any order. An event that has a row of its own
/// in the ledger counts as settled here: the cursor may pass it.
struct CursorTracker {
  /// Every event up to and including this sequence is settled.
  private(set) var cursor: Int64
  /// The highest sequence that is settled.
  private(set) var highestSettled: Int64
  /// Whether the events after the cursor are settled, in order.
  private var settled: Deque<Bool> = []

  init(cursor: Int64) {
    self.cursor = cursor
    highestSettled = cursor
  }

  /// Whether something is settled that the cursor cannot reach.
  var isBlocked: Bool { highestSettled > cursor }

  /// Takes note of the next event. Sequences that are left out were pruned: nothing is to be done for them.
  mutating func admit(_ sequence: Int64) {
    while cursor + Int64(settled.count) + 1 < sequence { settled.append(true) }
    if cursor + Int64(settled.count) < sequence { settled.append(false) }
  }

  /// Settles an event; one at or before the cursor is ignored.
  mutating func settle(_ sequence: Int64) {
    let index = Int(sequence - cursor) - 1
    guard index >= 0, index < settled.count else { return }
    settled[index] = true
    highestSettled = max(highestSettled, sequence)
    while settled.first == true {
      settled.removeFirst()
      cursor += 1
    }
  }
}
