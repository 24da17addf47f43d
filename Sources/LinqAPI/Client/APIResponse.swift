/// A good answer: read, and as it came.
public struct APIResponse<Value: Sendable>: Sendable {
  /// What it says.
  public let value: Value
  /// The status, 200 to 299.
  public let status: Int
  /// The JSON as Linq sent it, on one line; empty when there was no body.
  public let json: String

  func map<Other: Sendable>(_ transform: (Value) -> Other) -> APIResponse<Other> {
    APIResponse<Other>(value: transform(value), status: status, json: json)
  }
}
