import Foundation

/// Says how a body was changed on its way.
enum BodyChange {
  static let advice =
    "Signatures are over the exact bytes: let nothing in front of the receiver read or rewrite bodies."

  /// Worded to follow "the body".
  static func describe(sent: [UInt8], arrived: [UInt8]) -> String {
    if arrived.isEmpty { return "arrived empty: something read it first" }
    if sent.starts(with: arrived) {
      return "was cut from \(sent.count) to \(arrived.count) bytes"
    }
    if arrived.starts(with: sent) { return "has \(arrived.count - sent.count) bytes after its end" }
    if let one = object(sent), let other = object(arrived) {
      return one == other
        ? "was parsed and written again: the JSON is the same, the bytes are not"
        : "is another JSON text than the one that was sent"
    }
    return "arrived as \(arrived.count) other bytes instead of \(sent.count)"
  }

  /// Numbers compare by their value here, however they are spelt.
  private static func object(_ body: [UInt8]) -> NSDictionary? {
    (try? JSONSerialization.jsonObject(with: Data(body))) as? NSDictionary
  }
}
