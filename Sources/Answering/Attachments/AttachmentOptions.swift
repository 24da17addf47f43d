/// Where attachments are kept, and which are fetched.
public struct AttachmentOptions: Sendable {
  /// The folder; each attachment has one of its own in it.
  public var folder: String
  /// The largest that is kept.
  public var maxBytes: Int64
  /// Older ones are deleted; nil keeps them for ever.
  public var keep: Duration?
  /// The hosts from which they are fetched, or all below one as `*.example.com`; `https` only.
  public var allowedHosts: [String]
  /// Whether this machine may be asked too, without encryption: for the sandbox, and where Linq's URL is a stand-in here.
  public var allowsLoopback: Bool
  /// How many are fetched at once.
  public var maxFetches: Int
  /// How often one is tried, with short pauses, before the delivery as a whole is tried again.
  public var maxTries: Int
  /// How long one fetch may take.
  public var timeout: Duration
  /// A file of PEM certificates that are trusted beside the system's own.
  public var certificateAuthorityFile: String?

  /// Options of the given parts.
  public init(
    folder: String,
    maxBytes: Int64,
    keep: Duration?,
    allowedHosts: [String],
    allowsLoopback: Bool = false,
    maxFetches: Int = 4,
    maxTries: Int = 3,
    timeout: Duration = .seconds(900),
    certificateAuthorityFile: String? = nil
  ) {
    self.folder = folder
    self.maxBytes = maxBytes
    self.keep = keep
    self.allowedHosts = allowedHosts
    self.allowsLoopback = allowsLoopback
    self.maxFetches = maxFetches
    self.maxTries = maxTries
    self.timeout = timeout
    self.certificateAuthorityFile = certificateAuthorityFile
  }
}

/// Why attachments cannot be kept at all.
public struct AttachmentStoreError: Error, Sendable, CustomStringConvertible {
  /// A whole sentence: what is wrong and what to do.
  public let description: String
}
