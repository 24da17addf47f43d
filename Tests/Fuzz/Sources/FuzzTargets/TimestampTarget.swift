import LinqEvents

/// Times as senders write them.
struct TimestampTarget: FuzzTarget {
  /// From the first millisecond of year 0 to the last of year 9999.
  private static let sayable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  func run(_ input: [UInt8]) {
    guard let milliseconds = RFC3339.milliseconds(String(decoding: input, as: UTF8.self)) else { return }
    let text = RFC3339.text(milliseconds: milliseconds)
    // An offset can push a time out of the years that a text can say.
    guard Self.sayable.contains(milliseconds) else { return }
    claim(RFC3339.milliseconds(text) == milliseconds, "\(text) is not the time that it was made from.")
  }
}
