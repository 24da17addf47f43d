/// Warns where fewer ids are remembered, or for a shorter time, than the requests need that could be sent again.
struct DedupCheck {
  /// Ids count for at least this long: twice the time for which Linq repeats an event.
  private static let repeatWindow: Duration = .seconds(50 * 60)

  let inbox: InboxSettings
  let endpoints: [EndpointSettings]

  func run(reporting root: MappingReader) {
    let dedup = root.section("inbox").section("dedup")
    if let endpoint = endpoints.filter(\.takesStamps).max(by: { $0.tolerance < $1.tolerance }) {
      compareWindow(with: endpoint, reporting: dedup)
      compareNumber(with: endpoint, reporting: dedup)
    }
    guard inbox.dedup.maxEntries < Self.repeatWindow.components.seconds else { return }
    dedup.warn(
      "max_entries",
      "is \(inbox.dedup.maxEntries), which is less than one event a second for the 50 minutes in which Linq may send "
        + "one again. With more events than that some could be handled twice."
    )
  }

  private func compareWindow(with endpoint: EndpointSettings, reporting dedup: MappingReader) {
    guard endpoint.stampLife > inbox.dedup.window else { return }
    dedup.warn(
      "window",
      "is \(DurationText.format(inbox.dedup.window)), which is shorter than the \(endpoint.stampLifeText). The "
        + "ids of such requests are kept for that long all the same; make the tolerance shorter, or the window longer."
    )
  }

  private func compareNumber(with endpoint: EndpointSettings, reporting dedup: MappingReader) {
    guard inbox.dedup.maxEntries < endpoint.stampLife.components.seconds else { return }
    dedup.warn(
      "max_entries",
      "is \(inbox.dedup.maxEntries), which is less than one event a second for the \(endpoint.stampLifeText). With "
        + "more events than that they are answered 503 until stamps run out; raise it, or make the tolerance shorter."
    )
  }
}

extension EndpointSettings {
  /// Whether its requests can be recognized by a signed time. V2 signs none.
  fileprivate var takesStamps: Bool { !secrets.isEmpty && schemes.contains { $0 != .v2 } }

  /// For how long one request can pass: its stamp may be ahead of this clock by the tolerance when it first comes, and
  /// behind by as much when it comes last.
  fileprivate var stampLife: Duration { tolerance * 2 }

  fileprivate var stampLifeText: String {
    "\(DurationText.format(stampLife)) in which a signed request can pass at \(path) (twice its `tolerance`)"
  }
}
