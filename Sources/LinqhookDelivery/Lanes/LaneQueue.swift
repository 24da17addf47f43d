import DequeModule

/// Lanes that wait for the same thing, by slot: those whose first delivery has failed before and those where it was
/// never tried. The two kinds take turns, and each is in order.
///
/// So neither can keep the other waiting. It matters most where one at a time is let through, as a probe of a target
/// that fails: a target that wants to be asked twice for each event would not be found working with fresh ones, nor
/// one that cannot take a few events with these.
struct LaneQueue {
  private var fresh: Deque<Int> = []
  private var tried: Deque<Int> = []
  private var isTriedNext = false

  /// Whether no lane waits here.
  var isEmpty: Bool { fresh.isEmpty && tried.isEmpty }

  /// Whether a kind of lane waits here that is missing in the other queue.
  func complements(_ other: LaneQueue) -> Bool {
    (other.fresh.isEmpty && !fresh.isEmpty) || (other.tried.isEmpty && !tried.isEmpty)
  }

  /// Puts a lane behind all others of its kind.
  mutating func append(_ slot: Int, wasTried: Bool) {
    if wasTried { tried.append(slot) } else { fresh.append(slot) }
  }

  /// Takes the next lane.
  mutating func popFirst() -> Int? {
    if !tried.isEmpty, isTriedNext || fresh.isEmpty {
      isTriedNext = false
      return tried.popFirst()
    }
    isTriedNext = true
    return fresh.popFirst()
  }
}
