extension JSONValue {
  /// The text for people: every member and element on a line of its own, two blanks deeper than what holds
  /// it. No line feed at the end.
  public var prettyText: String {
    var bytes: [UInt8] = []
    appendPretty(to: &bytes, depth: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func appendPretty(to bytes: inout [UInt8], depth: Int) {
    switch self {
    case .object(let members) where !members.isEmpty:
      Self.appendBlock("{", "}", members, to: &bytes, depth: depth) { member, bytes in
        JSONText.append(member.name, to: &bytes)
        bytes += Array(": ".utf8)
        member.value.appendPretty(to: &bytes, depth: depth + 1)
      }
    case .array(let elements) where !elements.isEmpty:
      Self.appendBlock("[", "]", elements, to: &bytes, depth: depth) { element, bytes in
        element.appendPretty(to: &bytes, depth: depth + 1)
      }
    case .object, .array, .scalar: bytes += compactBytes
    }
  }

  private static func appendBlock<Item>(
    _ opening: Unicode.Scalar,
    _ closing: Unicode.Scalar,
    _ items: [Item],
    to bytes: inout [UInt8],
    depth: Int,
    append: (Item, inout [UInt8]) -> Void
  ) {
    func startLine(_ depth: Int) {
      bytes.append(UInt8(ascii: "\n"))
      bytes += Array(repeating: UInt8(ascii: " "), count: 2 * depth)
    }
    bytes.append(UInt8(ascii: opening))
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      startLine(depth + 1)
      append(item, &bytes)
    }
    startLine(depth)
    bytes.append(UInt8(ascii: closing))
  }
}
