private import CMicroHTTPD
import Glibc

// What libmicrohttpd 0.9.75 lets through and a careful server must not (RFC 9112, sections 5 to 7 and 11.2):
// several lengths, a length beside a transfer coding, folded lines, bare line feeds, NUL, blanks before the
// colon. Each can make this server and a proxy before it disagree about where a request ends. The check runs
// once, when the head of a request is complete, and a request that fails it is answered 400 and its connection
// closed.
//
// The plain rules hold for every version. The layout rules use how 0.9.75 parses: it leaves the head where it
// arrived and turns blanks, colons and line ends into NUL, so that each part must begin at a known distance
// behind the one before it. A bare LF, a NUL or a folded line breaks that distance. They are used only when
// the library says that it is 0.9.75; a newer one is strict about those three by itself.
//
// What they cannot tell: a NUL right before a bare LF, or a line of nothing but a colon and a bare LF. 0.9.75 turns
// both bytes into NUL, as it does with CR LF. No proxy that is worth the name lets either through.

/// How much of a head is checked.
enum FramingRules: Sendable {
  /// What is true of every version of libmicrohttpd.
  case plain
  /// Also where each part of the head lies in memory: right for 0.9.75 and for no other version.
  case layout

  /// The rules for the library that is loaded.
  static let ofLibrary = rules(forVersion: unsafe String(cString: MHD_get_version()))

  /// What `MHD_OPTION_STRICT_FOR_CLIENT` is set to. In 0.9.75 it changes next to nothing, and the layout tells
  /// more; newer versions refuse bare line feeds, folded lines and NUL when they are told to be strict.
  var libraryStrictness: Int32 {
    switch self {
    case .layout: 0
    case .plain: 1
    }
  }

  static func rules(forVersion version: String) -> FramingRules { version == "0.9.75" ? .layout : .plain }
}

/// Why a request's framing is refused.
enum FramingFault: Error, Equatable {
  case requestLine, version, fieldName, fieldValue, layout
  case contentLength, transferCoding, lengthAndCoding, host, expectation
}

/// What the head says about the body.
struct Framing: Equatable {
  var contentLength: Int?
  var isChunked = false
  var expectsContinue = false

  /// Whether no byte of a body can follow.
  var hasNoBody: Bool { !isChunked && (contentLength ?? 0) == 0 }
}

/// The target of a request line, seen before libmicrohttpd takes it apart.
struct RequestTarget {
  /// What is after the first `?`.
  var query: String?
  /// Whether it has only the bytes that a target may have: visible ASCII.
  var isSound = false
  var startAddress: UInt = 0
  var endAddress: UInt = 0

  init() {}

  @unsafe init(_ text: UnsafePointer<CChar>) {
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    unsafe isSound = !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7e).contains($0) }
    unsafe startAddress = bytes.address
    unsafe endAddress = bytes.address + UInt(bytes.count)
    if let mark = unsafe bytes.firstIndex(of: 0x3f) {
      unsafe query = String(decoding: bytes[(mark + 1)...], as: UTF8.self)
    }
  }
}

/// Walks over a head once.
struct FramingCheck {
  private let layoutIsKnown: Bool
  private var framing = Framing()
  private var fault: FramingFault?
  private var lengths = 0
  private var codings = 0
  private var hosts = 0
  /// Where the next field must begin, or the empty line after the last one.
  private var expectedAddress: UInt

  static func inspect(
    _ request: LiveRequest,
    target: RequestTarget,
    by rules: FramingRules
  ) throws(FramingFault) -> Framing {
    var check = try FramingCheck(requestLineOf: request, target: target, by: rules)
    unsafe request.forEachField { name, value in
      unsafe check.field(name, value)
    }
    return try check.verdict(on: request)
  }

  private init(
    requestLineOf request: LiveRequest,
    target: RequestTarget,
    by rules: FramingRules
  ) throws(FramingFault) {
    layoutIsKnown = rules == .layout
    let method = unsafe UnsafeRawBufferPointer(start: request.methodText, count: strlen(request.methodText))
    guard unsafe target.isSound && !method.isEmpty && method.allSatisfy(\.isTokenByte) else {
      throw .requestLine
    }
    let version = unsafe UnsafeRawBufferPointer(
      start: request.versionText,
      count: strlen(request.versionText)
    )
    guard unsafe version.elementsEqual("HTTP/1.1".utf8) || version.elementsEqual("HTTP/1.0".utf8) else {
      throw .version
    }
    // One blank before the target, one behind it, and no NUL inside.
    guard
      unsafe !layoutIsKnown
        || (target.startAddress == method.address + UInt(method.count) + 1
          && version.address == target.endAddress + 1)
    else { throw .requestLine }
    guard unsafe !layoutIsKnown || Self.followsEmptyLines(method) else { throw .requestLine }
    expectedAddress = unsafe version.address + UInt(version.count) + 2
  }

  /// Whether nothing is before the method but empty lines (RFC 9112, section 2.2). What the library skips there
  /// are also bare line feeds, and whole lines that begin with NUL. It reads into the beginning of its pool, which
  /// lies at a multiple of 16; so an odd rest shows the former, and what is left of a line the latter, unless it is
  /// just as long as a multiple.
  @unsafe private static func followsEmptyLines(_ method: UnsafeRawBufferPointer) -> Bool {
    let skipped = unsafe Int(method.address % 16)
    guard skipped > 0, let start = method.baseAddress else { return true }
    guard skipped.isMultiple(of: 2) else { return false }
    return unsafe UnsafeRawBufferPointer(start: start - skipped, count: skipped).allSatisfy { $0 == 0 }
  }

  private mutating func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    if unsafe name.isEmpty || !name.allSatisfy(\.isTokenByte) { fault = .fieldName }
    if unsafe !value.allSatisfy(\.isFieldValueByte) { fault = .fieldValue }
    if unsafe layoutIsKnown && name.address != expectedAddress { fault = .layout }
    expectedAddress = unsafe value.address + UInt(value.count) + 2
    switch name.count {
    case 4 where unsafe name.isName("host"): unsafe host(value)
    case 6 where unsafe name.isName("expect"): unsafe expectation(value)
    case 14 where unsafe name.isName("content-length"): unsafe contentLength(value)
    case 17 where unsafe name.isName("transfer-encoding"): unsafe transferCoding(value)
    default: break
    }
  }

  /// RFC 9112, section 3.2: more than one host, or one that is none, is refused with 400.
  private mutating func host(_ value: UnsafeRawBufferPointer) {
    hosts += 1
    var end = value.count
    // The library leaves the blanks behind a value.
    while unsafe end > 0 && (value[end - 1] == 0x20 || value[end - 1] == 0x09) { end -= 1 }
    if unsafe !value[..<end].allSatisfy(\.isHostByte) { fault = .host }
  }

  private mutating func expectation(_ value: UnsafeRawBufferPointer) {
    if unsafe value.isName("100-continue") { framing.expectsContinue = true }
  }

  private mutating func contentLength(_ value: UnsafeRawBufferPointer) {
    lengths += 1
    guard unsafe !value.isEmpty && value.allSatisfy({ (0x30...0x39).contains($0) }) else {
      fault = .contentLength
      return
    }
    // Too many digits for an Int is a length that nobody wants: 413 follows.
    framing.contentLength = unsafe Int(String(decoding: value, as: UTF8.self)) ?? .max
  }

  private mutating func transferCoding(_ value: UnsafeRawBufferPointer) {
    codings += 1
    framing.isChunked = true
    if unsafe !value.isName("chunked") { fault = .transferCoding }
  }

  private func verdict(on request: LiveRequest) throws(FramingFault) -> Framing {
    if let fault { throw fault }
    guard lengths <= 1 else { throw .contentLength }
    guard codings <= 1 else { throw .transferCoding }
    guard lengths + codings <= 1 else { throw .lengthAndCoding }
    let isHTTP11 = unsafe request.versionText[7] == 0x31
    guard isHTTP11 || codings == 0 else { throw .transferCoding }
    guard hosts == 1 || (hosts == 0 && !isHTTP11) else { throw .host }
    // RFC 9110, section 10.1.1, forbids it to clients. 0.9.75 gives leave, and then closes without an answer when
    // the next request is here already.
    guard !(isHTTP11 && framing.expectsContinue && framing.hasNoBody) else { throw .expectation }
    let end = unsafe UInt(bitPattern: request.methodText) + UInt(request.headerBytes)
    guard !layoutIsKnown || expectedAddress + 2 == end else { throw .layout }
    return framing
  }
}

extension UnsafeRawBufferPointer {
  fileprivate var address: UInt { UInt(bitPattern: baseAddress) }

  /// Whether the bytes are this name, given in lower case, in any case of letters.
  fileprivate func isName(_ name: StaticString) -> Bool {
    guard count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { name in
      unsafe elementsEqual(name) { $0.lowercasedASCII == $1 }
    }
  }
}

extension UInt8 {
  /// RFC 9110, section 5.6.2: the characters of a token.
  var isTokenByte: Bool {
    // One bit for each of the 128 ASCII codes.
    let lower: UInt64 = 0x03ff_6cfa_0000_0000
    let upper: UInt64 = 0x57ff_ffff_c7ff_fffe
    return self < 64 ? lower >> self & 1 == 1 : self < 128 && upper >> (self - 64) & 1 == 1
  }

  /// RFC 3986, section 3.2: what a host and a port are made of, and no user before them.
  var isHostByte: Bool {
    // As for tokens. Letters, digits, "-._~%!$&'()*+,;=:[]".
    let lower: UInt64 = 0x2fff_7ff2_0000_0000
    let upper: UInt64 = 0x47ff_fffe_afff_fffe
    return self < 64 ? lower >> self & 1 == 1 : self < 128 && upper >> (self - 64) & 1 == 1
  }

  /// RFC 9110, section 5.5: visible characters, blank, tab, and bytes outside ASCII.
  fileprivate var isFieldValueByte: Bool { self >= 0x20 && self != 0x7f || self == 0x09 }
}
