internal import Synchronization

/// How many refused requests a minute may reach the disk. A ring bounds what is kept, not what is written: without
/// this a flood of forgeries would turn it over all day.
///
/// Each class has an allowance of its own, so that none can use up another's, and in each of them no client can have
/// all. Authentic requests come from few places: there one client may have half, which fills the ring.
package final class QuarantineAllowances: Sendable {
  private let allowances: Mutex<[FairAllowance<String>]>

  /// At least a thousand requests and 16 MiB for each class, and always enough to fill the ring.
  package init(_ limits: InboxLimits) {
    allowances = Mutex(
      QuarantineClass.allCases.map { quarantineClass in
        FairAllowance(
          maxEntries: 1000 + limits.maxQuarantineEntries,
          maxBytes: 16 << 20 + limits.maxQuarantineBytes,
          reserve: quarantineClass == .authentic ? 1 : 3
        )
      }
    )
  }

  /// Whether this request may go on to the disk now.
  package func take(_ request: QuarantinedRequest, nowMilliseconds now: Int64) -> Bool {
    allowances.withLock {
      $0[request.quarantineClass.rawValue]
        .take(client: request.client, bytes: request.size, nowMilliseconds: now)
    }
  }
}
