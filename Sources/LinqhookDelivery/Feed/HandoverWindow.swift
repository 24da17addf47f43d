import DequeModule
import LinqhookInbox

// The hand-over from the store to one pump: gapless, in order, bounded.
//
// After each commit the store offers the new events to every pump's window. While the pump keeps up it lives
// on the window alone and never reads the store. When it falls behind, the window stops collecting and the
// pump reads the ledger. The way back is the subtle part: a pump that merely read on until nothing is left
// would chase commits forever, and one that switched over at the last event it read could miss those that
// were committed during the read. So the window starts to collect *before* the last reads: it notes the last
// sequence that it was offered (`joining(after:)`), collects everything later, and the pump reads the ledger
// up to that mark, a fixed distance. What read and window have in common (a read may see a commit whose offer
// is still on its way) is dropped by sequence.
//
// In every mode: `events` is in order and holds nothing at or before `position`. What each mode adds:
//   joined          `events` is everything in (position, lastOffered]
//   cut             `events` is the beginning of that; the rest did not fit and is in the ledger
//   behind          `events` is empty
//   joining(after)  `events` is everything in (after, lastOffered]; (position, after] is in the ledger
struct HandoverWindow {
  /// What the pump is to do next.
  enum Step {
    /// Take these; none means that there is nothing to do.
    case take([StoredEvent])
    /// Read the ledger after this sequence, then call `advance`. `horizon` is known to be committed.
    case read(after: Int64, horizon: Int64)
  }

  private enum Mode {
    case joined
    case cut
    case behind
    case joining(after: Int64)
  }

  /// Everything up to this sequence has been handed to the pump.
  private(set) var position: Int64
  /// The last sequence known to be committed.
  private(set) var lastOffered: Int64
  private let maxWeight: Int
  private var mode = Mode.behind
  private var events: Deque<StoredEvent> = []
  private var weight = 0

  /// A window of a pump that has everything up to `position`. It begins behind: the ledger may hold more.
  init(position: Int64, maxWeight: Int) {
    self.position = position
    self.lastOffered = position
    self.maxWeight = maxWeight
  }

  /// Notes that the store holds events up to this sequence without offering them.
  mutating func noteCommitted(upTo sequence: Int64) {
    guard sequence > lastOffered else { return }
    lastOffered = sequence
    switch mode {
    case .joined: mode = .cut
    case .joining: overflow()
    case .cut, .behind: break
    }
  }

  /// Takes events that were just committed.
  mutating func offer(_ committed: [StoredEvent]) {
    guard let last = committed.last else { return }
    lastOffered = max(lastOffered, last.sequence)
    switch mode {
    case .cut, .behind: return
    case .joined, .joining: break
    }
    for event in committed where event.sequence > position {
      events.append(event)
      weight += event.weight
    }
    if weight > maxWeight { overflow() }
  }

  private mutating func overflow() {
    if case .joining = mode {
      events.removeAll()
      weight = 0
      mode = .behind
      return
    }
    // What has been collected follows on `position`, so its beginning stays of use.
    while weight > maxWeight, events.count > 1, let event = events.popLast() { weight -= event.weight }
    mode = .cut
  }

  /// The next step; of events at most about `maxWeight`, but one at least.
  mutating func next(maxWeight: Int) -> Step {
    switch mode {
    case .joined: return .take(take(maxWeight: maxWeight))
    case .cut:
      if !events.isEmpty { return .take(take(maxWeight: maxWeight)) }
      mode = .behind
    case .behind: break
    case .joining(let after):
      guard position >= after else { return .read(after: position, horizon: lastOffered) }
      mode = .joined
      return .take(take(maxWeight: maxWeight))
    }
    guard position < lastOffered else {
      mode = .joined
      return .take([])
    }
    // Further away than this the window would only overflow while the ledger is read.
    if lastOffered - position <= Int64(self.maxWeight / 2) { mode = .joining(after: lastOffered) }
    return .read(after: position, horizon: lastOffered)
  }

  /// Notes that the pump has read the ledger up to and including a sequence.
  mutating func advance(to sequence: Int64) {
    position = max(position, sequence)
    while let first = events.first, first.sequence <= position {
      weight -= first.weight
      events.removeFirst()
    }
  }

  private mutating func take(maxWeight: Int) -> [StoredEvent] {
    var taken: [StoredEvent] = []
    var takenWeight = 0
    while let event = events.first, taken.isEmpty || takenWeight + event.weight <= maxWeight {
      events.removeFirst()
      takenWeight += event.weight
      taken.append(event)
    }
    weight -= takenWeight
    if let last = taken.last { position = last.sequence }
    return taken
  }
}

extension StoredEvent {
  /// What an event counts against a limit on memory: one for itself and one for each whole 4 KiB of payload.
  /// So a limit of 2048 is a limit of 2048 events and of 8 MiB of payload.
  var weight: Int { 1 + payload.count / 4096 }
}
