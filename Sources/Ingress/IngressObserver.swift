public import Inbox

/// Told of what an operator should see. Called on the server's or the store's threads; must not block.
public protocol IngressObserver: Sendable {
  /// A request was refused for its signature or its content.
  func refused(_ refusal: Refusal)
  /// A request was refused unread, for its framing or its size. Nothing of it is kept.
  func refusedUnread(_ refusal: UnreadRefusal)
}

/// A request that was refused before anybody looked at what it says, in words that may be logged.
public struct UnreadRefusal: Sendable, Equatable {
  /// Why.
  public enum Reason: String, Sendable, CaseIterable {
    /// Where it ends is not certain.
    case brokenFraming = "broken_framing"
    /// The body is longer than the endpoint's `max_body`.
    case bodyTooLarge = "body_too_large"
    /// Request line and header fields are longer than `limits.header_bytes`.
    case headersTooLarge = "headers_too_large"
  }

  /// Why.
  public var reason: Reason
  /// The status that was answered.
  public var status: Int
  /// The address at the other end of the connection, a proxy's perhaps.
  public var remote: String
  /// The path as sent, cut to 256 bytes.
  public var path: String
  /// The request's name, as it was answered.
  public var requestID: String
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
