/// Whether the clock of this machine is right, as far as others tell.
package enum ClockReading {
  private static let goodSeconds = 5.0

  /// - Parameters:
  ///   - dateHeader: the `Date` of an answer by a server that is not this machine.
  ///   - askedAtMilliseconds: this machine's clock when it was asked.
  ///   - tookMilliseconds: how long the answer took; the `Date` is of some moment in that time.
  ///   - toleranceSeconds: the smallest tolerance of the endpoints.
  package static func compare(
    dateHeader: String?,
    with server: String,
    askedAtMilliseconds: Int64,
    tookMilliseconds: Int64 = 0,
    toleranceSeconds: Double
  ) -> Finding? {
    guard let dateHeader, let theirs = HTTPDate.milliseconds(header: dateHeader) else { return nil }
    // The header has whole seconds.
    let ours = min(max(theirs, askedAtMilliseconds), askedAtMilliseconds + tookMilliseconds)
    let skew = Double(ours - theirs) / 1000
    let apart = Int(abs(skew).rounded())
    let direction = skew > 0 ? "ahead of" : "behind"
    if abs(skew) > toleranceSeconds {
      return Finding(
        .problem,
        "clock",
        "this machine is \(apart) s \(direction) \(server), more than `tolerance`: authentic events are refused as stale. Set the clock by NTP (timedatectl set-ntp true)."
      )
    }
    if abs(skew) > goodSeconds {
      return Finding(
        .warning,
        "clock",
        "this machine is \(apart) s \(direction) \(server). Set the clock by NTP (timedatectl set-ntp true)."
      )
    }
    return Finding(.good, "clock", "within \(Int(goodSeconds)) s of \(server).")
  }

  /// What the kernel knows of its clock.
  package static func kernel(isSynchronized: Bool?) -> Finding? {
    guard let isSynchronized else { return nil }
    return isSynchronized
      ? Finding(.good, "clock", "the kernel's clock is synchronised.")
      : Finding(
        .warning,
        "clock",
        "the kernel's clock is not synchronised with a time server. Run one of systemd-timesyncd, chrony or ntpd, here or on the host of this container."
      )
  }
}
