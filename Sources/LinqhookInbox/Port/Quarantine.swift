/// Why a request was refused. The raw value is in lists and metrics.
public enum RefusalReason: String, Sendable, CaseIterable {
  /// No enabled scheme verified it.
  case invalidSignature = "invalid_signature"
  /// The signature is good, its timestamp outside the tolerance.
  case staleTimestamp = "stale_timestamp"
  /// The signature is good, the event older than the ids still vouched for.
  case tooOldToDeduplicate = "too_old_to_deduplicate"
  /// The signature is good, the body is no event.
  case unusableEvent = "unusable_event"
  /// The signature is good by the secret of some endpoint, and no endpoint has the path.
  case unknownPath = "unknown_path"
}

/// A refused request, kept whole so that a wrong secret costs nothing for good.
public struct QuarantinedRequest: Sendable, Equatable {
  /// Its number in the quarantine, from 1; 0 before it is stored.
  public var number: Int64
  /// When it came, in milliseconds since 1970.
  public var receivedAtMilliseconds: Int64
  /// Why it was refused.
  public var reason: RefusalReason
  /// More about it, safe to print.
  public var detail: String
  /// What it is worth keeping.
  public var quarantineClass: QuarantineClass
  /// Who sent it, as an address.
  public var remote: String
  /// Whom it counts for where clients share a bound: the address, or the block of addresses that one client has.
  public var client: String
  /// The endpoint's path.
  public var path: String
  /// The query, if any.
  public var query: String?
  /// Its header fields in the order received.
  public var headers: [Field]
  /// Its body, exactly as received.
  public var body: [UInt8]
  /// How often an equal one came, this one included: the same path, query and body in the same class.
  public var seenCount: Int
  /// When an equal one came last, in milliseconds since 1970.
  public var lastSeenAtMilliseconds: Int64
  /// The header fields of the last equal one, where they differ from those of the first: Linq signs each retry again.
  public var lastHeaders: [Field]?

  /// A header field.
  public struct Field: Sendable, Equatable, Codable {
    /// The name as received.
    public var name: String
    /// The value without surrounding blanks.
    public var value: String
    /// The field of the given parts.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The request of the given parts, seen once.
  public init(
    number: Int64 = 0,
    receivedAtMilliseconds: Int64,
    reason: RefusalReason,
    detail: String,
    quarantineClass: QuarantineClass,
    remote: String,
    client: String? = nil,
    path: String,
    query: String?,
    headers: [Field],
    body: [UInt8]
  ) {
    self.number = number
    self.receivedAtMilliseconds = receivedAtMilliseconds
    self.reason = reason
    self.detail = detail
    self.quarantineClass = quarantineClass
    self.remote = remote
    self.client = client ?? remote
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    seenCount = 1
    lastSeenAtMilliseconds = receivedAtMilliseconds
    lastHeaders = nil
  }
}

/// A bounded ring of refused requests. Equal ones are kept once; a request never displaces one of a class above its
/// own (``QuarantineClass``), and no client can take all the room of a class while others need it.
public protocol Quarantine: Sendable {
  /// Keeps a request with the writer's next transaction. Never blocks; under a flood requests beyond the
  /// ring's bounds are counted and dropped before they reach the disk, each class and client within bounds of its
  /// own.
  func quarantine(_ request: QuarantinedRequest)

  /// The kept requests, oldest first, after a number.
  func quarantined(after number: Int64, limit: Int) async throws(InboxError) -> [QuarantinedRequest]

  /// One kept request.
  func quarantined(number: Int64) async throws(InboxError) -> QuarantinedRequest?

  /// Removes kept requests; returns how many there were.
  @discardableResult
  func removeQuarantined(_ numbers: [Int64]) async throws(InboxError) -> Int
}
