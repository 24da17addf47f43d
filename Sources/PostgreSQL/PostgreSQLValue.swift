/// A parameter of a statement, sent in PostgreSQL's binary format.
public enum PostgreSQLValue: Sendable {
  /// `NULL` of any type.
  case null
  /// `boolean`
  case bool(Bool)
  /// `smallint`
  case int2(Int16)
  /// `integer`
  case int4(Int32)
  /// `bigint`
  case int8(Int64)
  /// `text`; it must not hold U+0000.
  case text(String)
  /// `bytea`
  case bytes([UInt8])
  /// `uuid`
  case uuid(high: UInt64, low: UInt64)
  /// `smallint[]`
  case int2s([Int16])
  /// `bigint[]`
  case int8s([Int64?])
  /// `bytea[]`
  case byteses([[UInt8]?])
  /// `uuid[]`
  case uuids([(high: UInt64, low: UInt64)])

  /// The bytes on the wire; nil for `NULL`.
  var wire: [UInt8]? {
    switch self {
    case .null: nil
    case .bool(let value): [value ? 1 : 0]
    case .int2(let value): Wire.bytes(value)
    case .int4(let value): Wire.bytes(value)
    case .int8(let value): Wire.bytes(value)
    case .text(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    case .uuid(let high, let low): Wire.bytes(high) + Wire.bytes(low)
    case .int2s(let values): Wire.array(of: 21, values.map { $0 }) { Wire.append($0, to: &$1) }
    case .int8s(let values): Wire.array(of: 20, values) { Wire.append($0, to: &$1) }
    case .byteses(let values): Wire.array(of: 17, values) { $1 += $0 }
    case .uuids(let values):
      Wire.array(of: 2950, values.map { $0 }) { value, bytes in
        Wire.append(value.high, to: &bytes)
        Wire.append(value.low, to: &bytes)
      }
    }
  }
}

/// PostgreSQL's binary format: numbers have the highest byte first, an array has a head and each element its length.
enum Wire {
  static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    var bytes: [UInt8] = []
    append(number, to: &bytes)
    return bytes
  }

  static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// An array of one dimension, of elements whose type has this object id.
  static func array<Element>(
    of type: Int32,
    _ elements: [Element?],
    _ write: (Element, inout [UInt8]) -> Void
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    append(Int32(elements.isEmpty ? 0 : 1), to: &bytes)
    append(Int32(elements.contains { $0 == nil } ? 1 : 0), to: &bytes)
    append(type, to: &bytes)
    guard !elements.isEmpty else { return bytes }
    append(Int32(elements.count), to: &bytes)
    append(Int32(1), to: &bytes)
    for element in elements {
      guard let element else {
        append(Int32(-1), to: &bytes)
        continue
      }
      let start = bytes.count
      append(Int32(0), to: &bytes)
      write(element, &bytes)
      let length = UInt32(bytes.count - start - 4)
      for index in 0..<4 {
        bytes[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * index))
      }
    }
    return bytes
  }

  /// A number of these bytes, nil where they are too few or too many.
  static func number<Number: FixedWidthInteger>(_ bytes: Span<UInt8>, as _: Number.Type) -> Number? {
    guard bytes.count == Number.bitWidth / 8 else { return nil }
    var number: Number = 0
    for index in bytes.indices { number = number << 8 | Number(truncatingIfNeeded: bytes[index]) }
    return number
  }

  /// The elements of an array of one dimension; nil where it is none, or broken.
  static func elements(_ bytes: [UInt8]) -> [[UInt8]?]? {
    func int(at offset: Int) -> Int? {
      guard offset + 4 <= bytes.count else { return nil }
      return number(bytes.span.extracting(offset..<offset + 4), as: Int32.self).map(Int.init)
    }
    guard let dimensions = int(at: 0) else { return nil }
    if dimensions == 0 { return [] }
    guard dimensions == 1, let count = int(at: 12), count >= 0 else { return nil }
    var (elements, offset): ([[UInt8]?], Int) = ([], 20)
    for _ in 0..<count {
      guard let length = int(at: offset) else { return nil }
      offset += 4
      guard length >= 0 else {
        elements.append(nil)
        continue
      }
      guard offset + length <= bytes.count else { return nil }
      elements.append(Array(bytes[offset..<offset + length]))
      offset += length
    }
    return elements
  }
}
