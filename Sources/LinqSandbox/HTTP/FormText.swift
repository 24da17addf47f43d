import LinqEvents

/// Names and values of a query or a form (`application/x-www-form-urlencoded`), and the tree of such names.
enum FormText {
  static func pairs(_ text: String) -> [(name: String, value: String)] {
    text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decoded(parts[0]), parts.count > 1 ? decoded(parts[1]) : "")
    }
  }

  /// Decodes percent escapes and plus signs; a broken escape stays as it is.
  static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"),
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        rest.count >= 2
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Puts a value at a name such as `message[attachment_urls][]`: names in brackets are members of objects,
  /// empty brackets at the end add to a list. A name that contradicts an earlier one is ignored.
  static func insert(_ value: JSONValue, named name: String, into tree: inout JSONValue) {
    let segments = name.split(separator: "[", omittingEmptySubsequences: false)
      .map { $0.hasSuffix("]") ? String($0.dropLast()) : String($0) }
    guard segments.count <= 8, segments.dropLast().allSatisfy({ !$0.isEmpty }) else { return }
    tree = inserting(value, at: segments[...], into: tree) ?? tree
  }

  private static func inserting(
    _ value: JSONValue,
    at segments: ArraySlice<String>,
    into tree: JSONValue?
  ) -> JSONValue? {
    guard let segment = segments.first else { return value }
    if segment.isEmpty {
      guard let elements = tree == nil ? [] : tree?.asList else { return nil }
      return .array(elements + [value])
    }
    var members: [JSONValue.Member]
    switch tree {
    case nil: members = []
    case .object(let present): members = present
    default: return nil
    }
    let index = members.firstIndex { $0.name == segment }
    let present = index.map { members[$0].value }
    guard let inner = inserting(value, at: segments.dropFirst(), into: present) else { return nil }
    if let index { members[index].value = inner } else { members.append(.init(segment, inner)) }
    return .object(members)
  }
}
