import LinqEvents

/// Names of files and folders made from what strangers wrote.
enum SafeNames {
  static let fallback = "attachment"
  private static let maxBytes = 120
  private static let maxExtensionBytes = 16

  /// A file's name: the last part of what may look like a path, without what steers a terminal or hides a file. Letters of
  /// every script stay.
  static func file(_ name: String?) -> String {
    let last = (name ?? "").split { $0 == "/" || $0 == "\\" }.last ?? ""
    let scalars = last.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
      // Joiners belong to emoji and some scripts; the other format characters turn directions or cannot be seen.
      case .format: scalar.value == 0x200C || scalar.value == 0x200D
      default: scalar != "/" && scalar != "\\"
      }
    }
    var text = String(String.UnicodeScalarView(scalars))
    while let first = text.first, first == "." || first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    let cut = shortened(text)
    return cut.isEmpty ? fallback : cut
  }

  /// At most 120 bytes, cut between characters; an ending that tells the type stays.
  private static func shortened(_ name: String) -> String {
    guard name.utf8.count > maxBytes else { return name }
    var ending = ""
    if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= maxExtensionBytes {
      ending = String(name[dot...])
    }
    var stem = ""
    var left = maxBytes - ending.utf8.count
    for character in name.dropLast(ending.count) {
      left -= character.utf8.count
      guard left >= 0 else { break }
      stem.append(character)
    }
    return stem.isEmpty ? "" : stem + ending
  }

  /// A folder's name from an id: what Linq gives stays as it is. Another one gets a mark of all its bytes, so that no two ids
  /// share a folder.
  static func folder(_ id: String) -> String {
    let isPlain = id.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    if isPlain, (1...100).contains(id.utf8.count) { return id }
    let readable = id.unicodeScalars.prefix(40).map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        ? Character(scalar) : "_"
    }
    return "\(String(readable))-\(String(mark(of: id), radix: 16))"
  }

  /// FNV-1a: Linq's ids are under its signature, so a mark need not resist somebody who looks for two alike.
  private static func mark(of text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
