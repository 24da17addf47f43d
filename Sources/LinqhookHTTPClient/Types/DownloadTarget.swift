/// Where a good answer's body goes instead of into memory: a file that is there whole, on disk, or not at all.
///
/// The bytes are first written to a file beside it whose name begins with ``temporaryPrefix``; it is renamed when the last
/// byte is on disk, and replaces what had the name. Of a failed transfer nothing is left; only a killed process leaves such
/// a file behind.
public struct DownloadTarget: Sendable, Equatable {
  /// How the names of unfinished files begin.
  public static let temporaryPrefix = ".part-"

  /// The path of the file; its folder must exist.
  public var path: String
  /// The file's mode, whatever the umask says.
  public var permissions: UInt32
  /// The most bytes that it may have. More, or a longer `Content-Length`, end the transfer: the response says
  /// `isTruncated`, and there is no file.
  public var maxBytes: Int64

  /// A file at this path.
  public init(path: String, permissions: UInt32 = 0o640, maxBytes: Int64) {
    self.path = path
    self.permissions = permissions
    self.maxBytes = maxBytes
  }
}
