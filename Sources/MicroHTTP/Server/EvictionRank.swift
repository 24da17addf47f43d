/// Who leaves for a newcomer when all places are taken: first come those who lose least. A request whose head is here is
/// never given up.
enum EvictionRank: Int, CaseIterable {
  /// Answered, and waiting for the next request. HTTP lets either end close such a connection at any time.
  case idle
  /// Has not sent a whole request line yet, perhaps nothing at all.
  case silent
  /// Has not sent a whole head yet.
  case unfinishedHead

  /// How long it must have been so. Who has just come, and who is about to send the next request, is left alone: else a
  /// flood of newcomers would push out those who use their places.
  var ageMinSeconds: Double {
    switch self {
    case .idle: 0.02
    case .silent: 0.5
    case .unfinishedHead: 2
    }
  }
}
