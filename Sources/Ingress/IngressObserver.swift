public import Inbox

/// Told of what an operator should see. Called on the server's or the store's threads; must not block.
public protocol IngressObserver: Sendable {
  /// A request was refused for its signature or its content.
  func refused(_ refusal: Refusal)
}

/// A refused request, in words that may be logged: no body, no header value.
public struct Refusal: Sendable, Equatable {
  /// Why.
  public var reason: RefusalReason
  /// More about it.
  public var detail: String
  /// The status that was answered.
  public var status: Int
  /// The client's address.
  public var remote: String
  /// The endpoint's path.
  public var path: String
  /// The request's name, as it was answered.
  public var requestID: String
}
