extension Duration {
  /// No span of ours is longer: far from what a `Duration` cannot hold.
  package static let century = Duration.seconds(3_155_760_000)

  /// A span that somebody else has named, in seconds. Nil for what is none; at most a century.
  package init?(namedSeconds seconds: Double) {
    guard seconds.isFinite, seconds >= 0 else { return nil }
    self = .seconds(min(seconds, Self.century / .seconds(1)))
  }
}
