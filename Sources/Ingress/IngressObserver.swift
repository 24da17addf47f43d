public import LinqhookInbox

/// Told of what an operator should see. Called on the server's or the store's threads; must not block.
public protocol IngressObserver: Sendable {
  /// A request was refused for its signature or its content.
  func refused(_ refusal: Rejection)
  /// A request was refused unread, for its framing or its size. Nothing of it is kept.
  func rejectedEarly(_ refusal: EarlyRejection)
  /// A request came to a path that no endpoint has, and nothing shows that it is Linq's. Nothing of it is kept.
  func refusedUnknownPath(_ refusal: UnknownPathRefusal)
  /// A signature matches nothing, and none has held since the endpoint's secrets were loaded. Once a minute for each
  /// endpoint.
  func nothingVerified(_ finding: UnverifiedEndpoint)
  /// A new event has something that this version does not know. It is stored and handed on as any other.
  func acceptedUnknown(_ finding: UnknownFinding)
}

extension IngressObserver {
  /// Does nothing.
  public func refusedUnknownPath(_ refusal: UnknownPathRefusal) {}
  /// Does nothing.
  public func nothingVerified(_ finding: UnverifiedEndpoint) {}
  /// Does nothing.
  public func acceptedUnknown(_ finding: UnknownFinding) {}
}

/// A request to a path that no endpoint has, in words that may be logged.
public struct UnknownPathRefusal: Sendable, Equatable {
  /// The path as sent, without its query, cut to 256 bytes.
  public var path: String
  /// The client's address.
  public var remote: String
  /// The request's name, as it was answered.
  public var requestID: String

  /// A refusal of the given parts.
  public init(path: String, remote: String, requestID: String) {
    (self.path, self.remote, self.requestID) = (path, remote, requestID)
  }
}

/// An endpoint whose secret may be wrong.
public struct UnverifiedEndpoint: Sendable {
  /// The endpoint's path.
  public var path: String
  /// How many well-formed signatures have matched nothing since its secrets were loaded.
  public var mismatchCount: Int
  /// The client's address.
  public var remote: String
  /// The request's name, as it was answered.
  public var requestID: String
  /// Says in whole sentences why this request's signature matches nothing. Takes its time: not for the thread that
  /// is told.
  public var explain: @Sendable () -> [String]

  /// A finding of the given parts.
  public init(
    path: String,
    mismatchCount: Int,
    remote: String,
    requestID: String,
    explain: @escaping @Sendable () -> [String]
  ) {
    self.path = path
    self.mismatchCount = mismatchCount
    self.remote = remote
    self.requestID = requestID
    self.explain = explain
  }
}

/// Something of a new event that this version of linqhook does not know.
public struct UnknownFinding: Sendable, Equatable {
  /// `type`, `version` or `shape`.
  public var what: String
  /// The event's type.
  public var eventType: String
  /// The version of its payload, as the event says it.
  public var version: String?
  /// The event's id.
  public var eventID: String

  /// A finding of the given parts.
  public init(what: String, eventType: String, version: String?, eventID: String) {
    self.what = what
    self.eventType = eventType
    self.version = version
    self.eventID = eventID
  }
}

/// A request that was refused before anybody looked at what it says, in words that may be logged.
public struct EarlyRejection: Sendable, Equatable {
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
public struct Rejection: Sendable, Equatable {
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
