extension PostgreSQLResult {
  private func wrong(_ row: Int, _ column: Int) -> PostgreSQLError {
    PostgreSQLError(
      .badResult,
      "Row \(row), column \(column) of an answer is not what was asked for. Is the schema that of this linqhook?"
    )
  }

  /// A `smallint`, `integer` or `bigint`.
  public func int(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int64 {
    let bytes = try bytes(row, column)
    let number: Int64? =
      switch bytes.count {
      case 2: Wire.number(bytes.span, as: Int16.self).map(Int64.init)
      case 4: Wire.number(bytes.span, as: Int32.self).map(Int64.init)
      default: Wire.number(bytes.span, as: Int64.self)
      }
    guard let number else { throw wrong(row, column) }
    return number
  }

  /// A `smallint`, `integer` or `bigint`; nil for `NULL`.
  public func intIfPresent(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int64? {
    isNull(row, column) ? nil : try int(row, column)
  }

  /// A `boolean`.
  public func bool(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Bool {
    try bytes(row, column).first == 1
  }

  /// A `text`.
  public func text(_ row: Int, _ column: Int) throws(PostgreSQLError) -> String {
    String(decoding: try bytes(row, column), as: UTF8.self)
  }

  /// A `bytea`; nil for `NULL`.
  public func bytesIfPresent(_ row: Int, _ column: Int) throws(PostgreSQLError) -> [UInt8]? {
    isNull(row, column) ? nil : try bytes(row, column)
  }

  /// A `uuid`.
  public func uuid(_ row: Int, _ column: Int) throws(PostgreSQLError) -> (high: UInt64, low: UInt64) {
    guard let uuid = Self.uuid(try bytes(row, column)) else { throw wrong(row, column) }
    return uuid
  }

  /// A `bigint[]` without `NULL`.
  public func ints(_ row: Int, _ column: Int) throws(PostgreSQLError) -> [Int64] {
    try elements(row, column) { Wire.number($0.span, as: Int64.self) }
  }

  /// A `boolean[]` without `NULL`.
  public func bools(_ row: Int, _ column: Int) throws(PostgreSQLError) -> [Bool] {
    try elements(row, column) { $0.first.map { $0 == 1 } }
  }

  /// A `uuid[]` without `NULL`.
  public func uuids(_ row: Int, _ column: Int) throws(PostgreSQLError) -> [(high: UInt64, low: UInt64)] {
    try elements(row, column, Self.uuid)
  }

  private func elements<Element>(
    _ row: Int,
    _ column: Int,
    _ read: ([UInt8]) -> Element?
  ) throws(PostgreSQLError) -> [Element] {
    guard let elements = Wire.elements(try bytes(row, column)) else { throw wrong(row, column) }
    let values = elements.compactMap { $0.flatMap(read) }
    guard values.count == elements.count else { throw wrong(row, column) }
    return values
  }

  private static func uuid(_ bytes: [UInt8]) -> (high: UInt64, low: UInt64)? {
    guard bytes.count == 16,
      let high = Wire.number(bytes.span.extracting(0..<8), as: UInt64.self),
      let low = Wire.number(bytes.span.extracting(8..<16), as: UInt64.self)
    else { return nil }
    return (high, low)
  }
}
