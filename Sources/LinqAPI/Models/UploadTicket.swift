/// Where a file may be put, and under which id it can be sent then. V3 only.
public struct UploadTicket: Sendable, Decodable {
  /// The id for a message's part.
  public let attachmentID: ResourceID
  /// Where the bytes go, within 15 minutes and without the token.
  public let uploadURL: String
  /// Headers that must go with them exactly.
  public let requiredHeaders: [String: String]

  private enum CodingKeys: String, CodingKey {
    case requiredHeaders
    case attachmentID = "attachmentId"
    case uploadURL = "uploadUrl"
  }
}

/// A file that Linq keeps. V3 only.
public struct StoredAttachment: Sendable, Decodable {
  /// Its id.
  public let id: ResourceID
  /// Its name.
  public let filename: String
  /// Its type, such as `image/jpeg`.
  public let contentType: String
  /// Its length in bytes.
  public let sizeBytes: Int
  /// A URL that works now; it may expire within 15 minutes.
  public let downloadURL: String?

  private enum CodingKeys: String, CodingKey {
    case id, filename, contentType, sizeBytes
    case downloadURL = "downloadUrl"
  }
}

/// A page of a list, and how to ask for the next.
public struct Page<Item: Sendable>: Sendable {
  /// What is on this page.
  public let items: [Item]
  /// Names the next page; nil at the end.
  public let nextCursor: String?
}
