/// The permissions of a file that is written: its owner reads and writes it, nobody runs it, and strangers never write.
public struct FileMode: Sendable, Equatable, CustomStringConvertible {
  static let form = "a mode in octal, as in 0640"
  private static let ownerReadsAndWrites: UInt32 = 0o600
  private static let othersWrite: UInt32 = 0o002
  private static let othersRead: UInt32 = 0o004
  private static let all: UInt32 = 0o666

  /// The bits, as `chmod` takes them.
  public let bits: UInt32

  /// Whether every user of the machine may read the file.
  var isOpenToAll: Bool { bits & Self.othersRead != 0 }

  /// As it is spelt: `0640`.
  public var description: String { "0" + String(bits, radix: 8) }

  /// Reads `0640`, `640` or `0o640`: octal, as `chmod` has it, whatever YAML makes of a zero in front.
  static func parse(_ text: String) throws(ValueProblem) -> FileMode {
    let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
    guard (3...4).contains(digits.count), digits.allSatisfy({ ("0"..."7").contains($0) }),
      let bits = UInt32(digits, radix: 8)
    else { throw ValueProblem("must be \(form), not \(Quoted.text(text)).") }
    guard bits & ownerReadsAndWrites == ownerReadsAndWrites else {
      throw ValueProblem("must let the owner read and write: linqhook is the owner. Write 0640, for example.")
    }
    guard bits & othersWrite == 0 else {
      throw ValueProblem("must not let every user write to the file. Write 0640 or 0644, for example.")
    }
    guard bits & ~all == 0 else {
      throw ValueProblem("must let nobody run the file. Write 0640, for example.")
    }
    return FileMode(bits: bits)
  }
}
