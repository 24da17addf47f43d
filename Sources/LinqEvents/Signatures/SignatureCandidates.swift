internal import LinqhookAuthentication

/// The signatures that a request offers for one scheme: one, or several while a sender rotates its secret.
/// The first is kept inline, so that reading a header allocates nothing in nearly all cases.
struct SignatureCandidates {
  /// How many entries of a list are looked at; each costs a comparison for every key.
  static let maxCount = 16

  private var first: AuthenticationCode?
  private var others: [AuthenticationCode] = []

  var count: Int { first == nil ? 0 : 1 + others.count }

  /// `sha256=` and 64 hexadecimal digits.
  init(v2 header: String) throws(SignatureRefusal) {
    guard let start = Self.startAfterV2Prefix(header) else { throw .noSignature }
    try self.init(hexadecimal: header.utf8.span.extracting(start...))
  }

  /// 64 bare hexadecimal digits.
  init(v3 header: String) throws(SignatureRefusal) {
    guard Self.startAfterV2Prefix(header) == nil else { throw .noSignature }
    try self.init(hexadecimal: header.utf8.span)
  }

  /// `v1,` and base64, separated by spaces. Entries of other versions are skipped.
  init(standard header: String) throws(SignatureRefusal) {
    let list = header.utf8.span
    var seenCount = 0
    var isAnyVersion1 = false
    var start = 0
    while start < list.count, seenCount < Self.maxCount {
      var end = start
      while end < list.count, list[end] != UInt8(ascii: " ") { end += 1 }
      if end > start { seenCount += 1 }
      if end - start > 3, list[start] == UInt8(ascii: "v"), list[start + 1] == UInt8(ascii: "1"),
        list[start + 2] == UInt8(ascii: ",")
      {
        isAnyVersion1 = true
        if let code = Base64.authenticationCode(from: list.extracting(start + 3..<end)) { append(code) }
      }
      start = end + 1
    }
    guard count > 0 else {
      throw seenCount == 0 ? .noSignature : isAnyVersion1 ? .malformedSignature : .unsupportedVersion
    }
  }

  private init(hexadecimal digits: Span<UInt8>) throws(SignatureRefusal) {
    guard let code = Hexadecimal.authenticationCode(from: digits) else { throw .malformedSignature }
    append(code)
  }

  private mutating func append(_ code: AuthenticationCode) {
    if first == nil { first = code } else { others.append(code) }
  }

  /// Whether one of them is `expected`. All are compared, each in constant time.
  func contains(_ expected: AuthenticationCode) -> Bool {
    var isFound = first?.isEqual(to: expected) ?? false
    for code in others { isFound = code.isEqual(to: expected) || isFound }
    return isFound
  }

  private static let v2Prefix = "sha256="

  private static func startAfterV2Prefix(_ header: String) -> Int? {
    header.utf8.starts(with: v2Prefix.utf8) ? v2Prefix.utf8.count : nil
  }
}
