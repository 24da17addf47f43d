internal import LinqEvents

/// Checks the paths of conditions. What Linq may put into an event is not ours to say; what the message view has is.
enum ConditionPath {
  private static let topNames = EnvelopeField.allCases.map(\.rawValue) + ["message"]

  /// Reports what is wrong with the path that is the key of `entry`.
  static func check(_ entry: SourceEntry, _ reader: MappingReader) -> Bool {
    do throws(JSONPath.ParseError) {
      let segments = try JSONPath(entry.key).segments
      guard let problem = problem(segments) else {
        warnOfSlip(segments, entry, reader)
        return true
      }
      reader.report(entry.key, problem, at: entry.position)
    } catch {
      let advice =
        switch error {
        case .emptySegment: "."
        case .invalidEscape: "; a backslash may stand only before a dot or another backslash."
        }
      reader.report(
        entry.key,
        "must be names joined by dots, as in data.service\(advice)",
        at: entry.position
      )
    }
    return false
  }

  private static func problem(_ segments: [String]) -> String? {
    guard segments[0] == "message" else { return nil }
    guard segments.count > 1 else { return "must name a field of the message view, as in message.from." }
    for index in 1..<segments.count {
      let isGood: Bool
      let next = MessageView.next(after: segments[1..<index])
      switch next {
      case .name(let names): isGood = names.contains(segments[index])
      case .index: isGood = segments[index].allSatisfy { ("0"..."9").contains($0) }
      case .nothing: isGood = false
      }
      if !isGood { return problem(segments, at: index, next) }
    }
    return nil
  }

  private static func problem(_ segments: [String], at index: Int, _ next: MessageView.NextSegment) -> String
  {
    let parent = segments[..<index].joined(separator: ".")
    switch next {
    case .nothing: return "leads nowhere in the message view: `\(parent)` is a single value."
    case .index: return "must count the elements of `\(parent)` from 0, as in \(parent).0.type."
    case .name(let names):
      if let nearest = NearestName.find(segments[index], in: names) {
        return "is no field of the message view; did you mean `\(parent).\(nearest)`?"
      }
      return "is no field of the message view. Those of `\(parent)` are \(names.joined(separator: ", "))."
    }
  }

  private static func warnOfSlip(_ segments: [String], _ entry: SourceEntry, _ reader: MappingReader) {
    guard !topNames.contains(segments[0]), let nearest = NearestName.find(segments[0], in: topNames) else {
      return
    }
    reader.warn(
      entry.key,
      "begins with a name that Linq's events are not known to have; did you mean `\(nearest)`?",
      at: entry.position
    )
  }
}
