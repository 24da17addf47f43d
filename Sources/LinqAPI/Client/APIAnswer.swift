/// A successful answer, decoded and in its original form.
public struct APIAnswer<Value: Sendable>: Sendable {
  /// The decoded value.
  public let value: Value
  /// The status, 200 to 299.
  public let status: Int
  /// The JSON that Linq sent, on one line; empty when there was no body.
  public let json: String

  func map<Other: Sendable>(_ transform: (Value) -> Other) -> APIAnswer<Other> {
    APIAnswer<Other>(value: transform(value), status: status, json: json)
  }
}
