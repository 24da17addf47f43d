/// Looks whether as many ids are remembered as promises need.
struct DedupCheck {
  /// One event a second for the 50 minutes in which an event may come again.
  private static let entriesAdvised = 3000

  let inbox: InboxSettings
  let endpoints: [EndpointSettings]

  /// Warns of what would work, but not for long.
  func run(reporting root: MappingReader) {
    // A stamp passes from one tolerance ahead of the clock to one behind it.
    if let endpoint = endpoints.first(where: { $0.tolerance * 2 > inbox.dedup.window && !$0.secrets.isEmpty })
    {
      root.section("inbox").section("dedup").warn(
        "window",
        "is shorter than twice the `tolerance` of \(endpoint.path), for which a signed stamp passes. Ids of signed requests are kept for as long as their "
          + "stamp passes all the same; make the tolerance shorter, or the window longer."
      )
    }
    guard inbox.dedup.maxEntries < Self.entriesAdvised else { return }
    root.section("inbox").section("dedup").warn(
      "max_entries",
      "is \(inbox.dedup.maxEntries), which is less than one event a second for the 50 minutes in which Linq may send "
        + "one again. With more events than that some could be handled twice."
    )
  }
}
