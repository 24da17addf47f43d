/// What may have happened to a body between the sender and us.
struct BodyVariant {
  /// Worded to follow "if".
  let change: String
  let bytes: [UInt8]

  /// The body as it is first, then what it would be if one common change were undone; equal ones once.
  static func all(of body: [UInt8]) -> [BodyVariant] {
    var variants = [BodyVariant(change: "nothing is changed", bytes: body)]
    for variant in changed(body) where !variants.contains(where: { $0.bytes == variant.bytes }) {
      variants.append(variant)
    }
    return variants
  }

  private static func changed(_ body: [UInt8]) -> [BodyVariant] {
    var variants = [
      BodyVariant(change: "the line end after the body is left out", bytes: withoutLineEnd(body)),
      BodyVariant(change: "a line feed is added after the body", bytes: body + [0x0A]),
      BodyVariant(
        change: "a carriage return and a line feed are added after the body",
        bytes: body + [0x0D, 0x0A]
      ),
      BodyVariant(change: "every CR LF in the body becomes LF", bytes: withLineFeeds(body)),
      BodyVariant(change: "every LF in the body becomes CR LF", bytes: withCarriageReturns(body)),
      BodyVariant(
        change: "the byte order mark before the body is left out",
        bytes: withoutByteOrderMark(body)
      ),
      BodyVariant(change: "the body is empty, as when something read it first", bytes: []),
    ]
    if let value = try? JSONValue(parsing: body.span) {
      variants.append(
        .init(change: "the JSON is written without white space", bytes: JSONText.compactLine(body))
      )
      variants.append(
        .init(change: "the JSON is written again without white space", bytes: value.compactBytes)
      )
      variants.append(
        .init(
          change: "the JSON is written without white space and its names are sorted",
          bytes: value.sortedByName.compactBytes
        )
      )
    }
    return variants
  }

  private static func withoutLineEnd(_ body: [UInt8]) -> [UInt8] {
    var body = body
    if body.last == 0x0A { body.removeLast() }
    if body.last == 0x0D { body.removeLast() }
    return body
  }

  private static func withLineFeeds(_ body: [UInt8]) -> [UInt8] {
    body.indices.filter { !(body[$0] == 0x0D && $0 + 1 < body.count && body[$0 + 1] == 0x0A) }
      .map { body[$0] }
  }

  private static func withCarriageReturns(_ body: [UInt8]) -> [UInt8] {
    withLineFeeds(body).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
  }

  private static func withoutByteOrderMark(_ body: [UInt8]) -> [UInt8] {
    body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(body.dropFirst(3)) : body
  }
}
