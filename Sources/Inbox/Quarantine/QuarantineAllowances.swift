internal import Synchronization

/// How many refused requests a minute may reach the disk. A ring bounds what is kept, not what is written:
/// without this a flood of forgeries would turn it over all day.
private struct Allowance {
  private static let windowMilliseconds: Int64 = 60_000

  private let entriesMax: Int
  private let bytesMax: Int
  private var windowStartMilliseconds: Int64 = .min
  private var entries = 0
  private var bytes = 0

  /// At least a thousand requests and 16 MiB, and always enough to fill the ring.
  init(ringEntriesMax: Int, ringBytesMax: Int) {
    entriesMax = 1000 + ringEntriesMax
    bytesMax = 16 << 20 + ringBytesMax
  }

  /// Whether one more of this size is allowed now.
  mutating func take(size: Int, nowMilliseconds now: Int64) -> Bool {
    if windowStartMilliseconds == .min || now - windowStartMilliseconds >= Self.windowMilliseconds {
      (windowStartMilliseconds, entries, bytes) = (now, 0, 0)
    }
    guard entries < entriesMax, bytes + size <= bytesMax else { return false }
    entries += 1
    bytes += size
    return true
  }
}

/// An allowance for requests with a bad signature and one for the others, so that the first cannot use up
/// the second.
final class QuarantineAllowances: Sendable {
  private let allowances: Mutex<(forged: Allowance, authentic: Allowance)>

  init(_ configuration: InboxConfiguration) {
    let allowance = Allowance(
      ringEntriesMax: configuration.quarantineEntriesMax,
      ringBytesMax: configuration.quarantineBytesMax
    )
    allowances = Mutex((allowance, allowance))
  }

  /// Whether this request may go on to the disk now.
  func take(_ request: RefusedRequest, nowMilliseconds now: Int64) -> Bool {
    allowances.withLock { allowances in
      request.reason == .invalidSignature
        ? allowances.forged.take(size: request.size, nowMilliseconds: now)
        : allowances.authentic.take(size: request.size, nowMilliseconds: now)
    }
  }
}
