/// What a send may run into, whichever API it comes by.
enum SendObstacle: Equatable {
  /// The person asked for no more messages.
  case optedOut
  /// The line has sent that person as many as it may; it may again after this time.
  case tooMany(retryAfterSeconds: Int)
}

extension World {
  /// What is in the way of a message: an opt-out blocks the whole account, but no groups, and the pace counts each
  /// person.
  mutating func obstacle(
    line: String,
    people: [String],
    overridesOptOut: Bool = false,
    at now: Timestamp
  ) -> SendObstacle? {
    if people.count == 1, let person = people.first, optedOut.contains(person), !overridesOptOut {
      return .optedOut
    }
    for person in people {
      let wait = pace.waitMilliseconds(line: line, person: person, at: now, timeScale: timeScale)
      if wait > 0 { return .tooMany(retryAfterSeconds: Int((wait + 999) / 1_000)) }
    }
    return nil
  }

  /// Counts a message that is sent.
  mutating func countSend(line: String, people: [String], at now: Timestamp) {
    for person in people { pace.count(line: line, person: person, at: now) }
  }
}
