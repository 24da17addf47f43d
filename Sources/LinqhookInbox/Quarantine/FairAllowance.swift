/// How much may be taken in a minute, in all and by each client.
///
/// A client may go on while what it has had is at most a fixed part of what is left. One alone so comes to a part
/// of the whole, many get less each, and something is always left for one that has had nothing yet (A. Choudhury
/// and E. Hahne, "Dynamic queue length thresholds for shared-memory packet switches", 1998).
public struct FairAllowance<Client: Hashable & Sendable>: Sendable {
  private struct Use {
    var entries = 0
    var bytes = 0
  }

  private let windowMilliseconds: Int64 = 60_000
  private let maxEntries: Int
  private let maxBytes: Int
  private let reserve: Int
  private var windowStartMilliseconds: Int64 = .min
  private var total = Use()
  private var uses: [Client: Use] = [:]

  /// An allowance of requests and bytes a minute. One client alone gets one part of `1 + reserve`: half of
  /// it with a reserve of 1, a quarter with 3.
  public init(maxEntries: Int, maxBytes: Int, reserve: Int) {
    self.maxEntries = maxEntries
    self.maxBytes = maxBytes
    self.reserve = reserve
  }

  /// Whether this client may have one more of this size now; then it counts as taken.
  public mutating func take(client: Client, bytes: Int, nowMilliseconds now: Int64) -> Bool {
    if windowStartMilliseconds == .min || (now - windowStartMilliseconds).magnitude >= windowMilliseconds {
      windowStartMilliseconds = now
      total = Use()
      uses.removeAll(keepingCapacity: true)
    }
    var own = uses[client] ?? Use()
    guard total.entries < maxEntries, bytes <= maxBytes - total.bytes,
      own.entries * reserve <= maxEntries - total.entries - 1,
      own.bytes * reserve <= maxBytes - total.bytes - bytes
    else { return false }
    own.entries += 1
    own.bytes += bytes
    total.entries += 1
    total.bytes += bytes
    uses[client] = own
    return true
  }
}
