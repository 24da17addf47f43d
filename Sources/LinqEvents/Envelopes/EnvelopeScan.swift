/// One pass over a body: validates all of it as JSON and remembers where the values stand that routing
/// reads.
struct EnvelopeScan {
  private var found = InlineArray<32, JSONToken?>(repeating: nil)
  /// The places of the open brackets, by depth; deeper ones hold nothing of ours.
  private var open = InlineArray<4, EnvelopePlace?>(repeating: nil)
  private var next: EnvelopePlace? = .root
  private let members = EnvelopePlace.members
  /// Whether no white space stands outside the strings.
  private(set) var isCompact = false

  init(_ bytes: Span<UInt8>) throws(EnvelopeError) {
    var tokenizer = JSONTokenizer()
    var isFirst = true
    while let token = try Self.token(from: &tokenizer, bytes) {
      if isFirst {
        // The rest is validated before this is reported, so that "not JSON" wins over "not an object".
        if token.kind != .beginObject { next = nil }
        isFirst = false
      }
      try take(token, depth: tokenizer.depth, in: bytes)
    }
    isCompact = !tokenizer.hasSeenWhitespace
    guard found[EnvelopePlace.root.rawValue] != nil else { throw .notAnObject }
  }

  subscript(place: EnvelopePlace) -> JSONToken? { found[place.rawValue] }

  private static func token(
    from tokenizer: inout JSONTokenizer,
    _ bytes: Span<UInt8>
  ) throws(EnvelopeError) -> JSONToken? {
    do {
      return try tokenizer.next(in: bytes)
    } catch {
      throw .invalidJSON(error)
    }
  }

  private mutating func take(
    _ token: JSONToken,
    depth: Int,
    in bytes: Span<UInt8>
  ) throws(EnvelopeError) {
    switch token.kind {
    case .name:
      guard depth <= EnvelopePlace.maxDepth, let place = open[depth] else { return }
      next = place.child(named: token, in: bytes, among: members)
    case .endObject, .endArray:
      next = nil
    case .beginObject, .beginArray:
      try record(token)
      if depth <= EnvelopePlace.maxDepth { open[depth] = next }
      next = nil
    case .string, .number, .true, .false, .null:
      try record(token)
      next = nil
    }
  }

  /// Of members with the same name the first counts, except at the top, where a second is refused.
  private mutating func record(_ token: JSONToken) throws(EnvelopeError) {
    guard let place = next else { return }
    guard found[place.rawValue] == nil else {
      if let field = place.topField { throw .duplicateName(field) }
      return
    }
    found[place.rawValue] = token
  }
}
