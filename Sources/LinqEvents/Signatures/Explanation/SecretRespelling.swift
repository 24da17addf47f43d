internal import LinqhookAuthentication

/// Other spellings of a secret that a person or a tool may have made of it.
enum SecretRespelling {
  private static let prefix = Array("whsec_".utf8)

  /// Each spelling, worded to follow "if", made straight in memory that is wiped.
  static func all(of secret: Secret) -> [(change: String, secret: Secret)] {
    secret.withBytes { bytes in
      let hasPrefix = bytes.count > prefix.count && prefix.indices.allSatisfy { bytes[$0] == prefix[$0] }
      let start = hasPrefix ? prefix.count : 0
      let all: [(String, Secret?)] = [
        ("`whsec_` is written before the secret", hasPrefix ? nil : make(prefix, bytes) { $0 }),
        ("`+` and `/` are written for `-` and `_`", mapped(bytes, from: start, ["-": "+", "_": "/"])),
        ("`-` and `_` are written for `+` and `/`", mapped(bytes, from: start, ["+": "-", "/": "_"])),
        ("the `=` at its end is left out", withoutPadding(bytes)),
        ("the missing `=` is written at its end", withPadding(bytes, from: start)),
        ("the secret's hexadecimal digits are decoded", fromHexadecimal(bytes, from: start)),
        ("its `%` codes are decoded", fromPercentCodes(bytes)),
        ("the blanks within the secret are left out", withoutBlanks(bytes)),
        ("its letters are all small", make([], bytes) { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }),
      ]
      return all.compactMap { change, other in
        guard let other, !other.isEqual(to: secret) else { return nil }
        return (change, other)
      }
    }
  }

  private static func make(_ before: [UInt8], _ bytes: Span<UInt8>, _ map: (UInt8) -> UInt8?) -> Secret? {
    try? Secret(capacity: before.count + bytes.count) { output in
      for byte in before { output.append(byte) }
      for index in bytes.indices {
        if let byte = map(bytes[index]) { output.append(byte) }
      }
    }
  }

  private static func mapped(_ bytes: Span<UInt8>, from start: Int, _ pairs: [Unicode.Scalar: Unicode.Scalar])
    -> Secret?
  {
    let table = Dictionary(
      pairs.map { (UInt8(ascii: $0), UInt8(ascii: $1)) },
      uniquingKeysWith: { first, _ in first }
    )
    return try? Secret(capacity: bytes.count) { output in
      for index in bytes.indices {
        output.append(index < start ? bytes[index] : table[bytes[index]] ?? bytes[index])
      }
    }
  }

  private static func withoutPadding(_ bytes: Span<UInt8>) -> Secret? {
    var end = bytes.count
    while end > 0, bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
    return try? Secret(bytes.extracting(0..<end))
  }

  private static func withPadding(_ bytes: Span<UInt8>, from start: Int) -> Secret? {
    let missing = (4 - (bytes.count - start) % 4) % 4
    guard (1...2).contains(missing), bytes[bytes.count - 1] != UInt8(ascii: "=") else { return nil }
    return try? Secret(capacity: bytes.count + missing) { output in
      for index in bytes.indices { output.append(bytes[index]) }
      for _ in 0..<missing { output.append(UInt8(ascii: "=")) }
    }
  }

  private static func fromHexadecimal(_ bytes: Span<UInt8>, from start: Int) -> Secret? {
    let digits = bytes.extracting(start..<bytes.count)
    guard digits.count > 1, digits.count % 2 == 0,
      digits.indices.allSatisfy({ Hexadecimal.value(of: digits[$0]) != nil })
    else { return nil }
    return try? Secret(capacity: digits.count / 2) { output in
      for index in stride(from: 0, to: digits.count, by: 2) {
        let (high, low) = (Hexadecimal.value(of: digits[index]), Hexadecimal.value(of: digits[index + 1]))
        output.append((high ?? 0) << 4 | (low ?? 0))
      }
    }
  }

  private static func fromPercentCodes(_ bytes: Span<UInt8>) -> Secret? {
    try? Secret(capacity: bytes.count) { output in
      var index = 0
      while index < bytes.count {
        if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
          let high = Hexadecimal.value(of: bytes[index + 1]),
          let low = Hexadecimal.value(of: bytes[index + 2])
        {
          output.append(high << 4 | low)
          index += 3
        } else {
          output.append(bytes[index])
          index += 1
        }
      }
    }
  }

  private static func withoutBlanks(_ bytes: Span<UInt8>) -> Secret? {
    make([], bytes) { [0x20, 0x09, 0x0A, 0x0D].contains($0) ? nil : $0 }
  }
}
