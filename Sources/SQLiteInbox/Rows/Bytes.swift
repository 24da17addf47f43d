internal import Foundation
internal import GRDB

// GRDB binds and returns blobs as `Data`; the modules above speak `[UInt8]`. The crossing is one copy.

/// A blob to bind.
func bytesValue(_ bytes: [UInt8]) -> DatabaseValue { Data(bytes).databaseValue }

/// A blob to bind, or NULL.
func bytesValue(_ bytes: [UInt8]?) -> DatabaseValue { bytes.map { bytesValue($0) } ?? .null }

/// The blob that a query gives, empty where there is none.
func bytes(_ db: Database, sql: String) throws -> [UInt8] {
  try Data.fetchOne(db, sql: sql).map { [UInt8]($0) } ?? []
}

extension Row {
  /// A blob column, copied once.
  func bytes(at index: Int) throws -> [UInt8] {
    try withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } ?? [] }
  }

  /// A blob column that may be NULL.
  func optionalBytes(at index: Int) throws -> [UInt8]? {
    try withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } }
  }
}
