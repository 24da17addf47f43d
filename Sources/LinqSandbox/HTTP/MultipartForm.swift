// multipart/form-data (RFC 7578 over RFC 2046, section 5.1), as curl, browsers and HTTP libraries write it.
// The whole body is in memory; the server limits its length. Nested multiparts, transfer encodings and
// `filename*` are not supported; RFC 7578 rules all three out for forms.

/// One field or file of a form.
struct FormPart: Equatable {
  var name: String
  /// Nil for a field.
  var fileName: String?
  var contentType: String?
  var bytes: [UInt8]
}

/// The reason why bytes are not a form.
enum FormError: Error, Equatable, CustomStringConvertible {
  case noBoundary
  case notDelimited
  case unfinished
  case brokenHeader
  case namelessPart
  case tooManyParts

  var description: String {
    switch self {
    case .noBoundary: "the Content-Type names no boundary of 1 to 70 characters"
    case .notDelimited: "the body does not begin with the boundary"
    case .unfinished: "the body ends before the closing boundary"
    case .brokenHeader: "a part's header lines are broken or too long"
    case .namelessPart: "a part has no name in its Content-Disposition"
    case .tooManyParts: "the form has more than \(MultipartForm.maxParts) parts"
    }
  }
}

enum MultipartForm {
  static let maxParts = 200
  static let maxHeaderBytes = 8 << 10

  private static let lineEnd = Array("\r\n".utf8)
  private static let blankLine = Array("\r\n\r\n".utf8)

  static func parts(of body: [UInt8], contentType: HeaderParameters) throws(FormError) -> [FormPart] {
    guard let boundary = contentType["boundary"], (1...70).contains(boundary.utf8.count) else {
      throw .noBoundary
    }
    let delimiter = Array("\r\n--\(boundary)".utf8)
    var rest = body[...]
    // Text before the first boundary is ignored (RFC 2046); usually there is none.
    if rest.starts(with: delimiter.dropFirst(2)) {
      rest = rest.dropFirst(delimiter.count - 2)
    } else {
      guard let start = rest.firstRange(ofBytes: delimiter) else { throw .notDelimited }
      rest = rest[start.upperBound...]
    }
    var parts: [FormPart] = []
    while !rest.starts(with: "--".utf8) {
      guard parts.count < maxParts else { throw .tooManyParts }
      // After a boundary there may be spaces and tabs before the line end.
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard rest.starts(with: lineEnd) else { throw rest.isEmpty ? .unfinished : .brokenHeader }
      guard let end = rest.firstRange(ofBytes: delimiter) else { throw .unfinished }
      parts.append(try part(rest[..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return parts
  }

  /// Reads from the line end after a boundary to the one before the next.
  private static func part(_ bytes: ArraySlice<UInt8>) throws(FormError) -> FormPart {
    guard let blank = bytes.prefix(maxHeaderBytes).firstRange(ofBytes: blankLine) else {
      throw .brokenHeader
    }
    let header = String(decoding: bytes[bytes.startIndex..<blank.lowerBound], as: UTF8.self)
    var disposition: HeaderParameters?
    var contentType: String?
    for line in header.split(separator: "\r\n", omittingEmptySubsequences: true) {
      guard let colon = line.firstIndex(of: ":") else { throw .brokenHeader }
      let value = line[line.index(after: colon)...].trimmingBlanks()
      switch line[..<colon].lowercased() {
      case "content-disposition": disposition = HeaderParameters(parsing: value)
      case "content-type": contentType = value
      default: break
      }
    }
    guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
      throw .namelessPart
    }
    return FormPart(
      name: name.decodingFormEscapes(),
      fileName: disposition["filename"]?.decodingFormEscapes(),
      contentType: contentType,
      bytes: Array(bytes[blank.upperBound...])
    )
  }
}

extension ArraySlice<UInt8> {
  /// The first place of `wanted`, which begins with a carriage return.
  fileprivate func firstRange(ofBytes wanted: [UInt8]) -> Range<Int>? {
    var start = startIndex
    while let found = self[start...].firstIndex(of: UInt8(ascii: "\r")) {
      if self[found...].starts(with: wanted) { return found..<(found + wanted.count) }
      start = found + 1
    }
    return nil
  }
}

extension StringProtocol {
  /// Without spaces and tabs at either end.
  func trimmingBlanks() -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }

  /// Decodes the escapes of quotes and line ends that the HTML standard prescribes for names.
  fileprivate func decodingFormEscapes() -> String {
    var text = ""
    var rest = self[...]
    while let percent = rest.firstIndex(of: "%") {
      text += rest[..<percent]
      let escape = rest[percent...].prefix(3).uppercased()
      let decoded = ["%22": "\"", "%0D": "\r", "%0A": "\n"][escape]
      text += decoded ?? "%"
      rest = rest[rest.index(percent, offsetBy: decoded == nil ? 1 : 3)...]
    }
    return text + rest
  }
}
