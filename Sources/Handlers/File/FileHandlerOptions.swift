/// How events are written to a file.
public struct FileHandlerOptions: Sendable {
  /// What a line holds.
  public enum Format: Sendable, Equatable, CaseIterable {
    /// The event itself.
    case payload
    /// The event in an object that says when and from where it came.
    case envelope
  }

  /// When the file is forced to the disk. This decides what a power cut can cost, not what a kill can.
  public enum Sync: Sendable, Equatable {
    /// Before an event counts as delivered: nothing.
    case always
    /// At most this many seconds after a write: events are written again where the disk lost them, as long
    /// as the inbox still has them.
    case interval(seconds: Double)
    /// Never: the events of the last half minute or so.
    case never
  }

  /// When a file is full, and what becomes of it.
  public struct Rotation: Sendable, Equatable {
    /// A file of this length or more is rotated; nil for no limit.
    public var maxBytes: Int64?
    /// A file of this age or more is rotated when the next events come; nil for no limit.
    public var maxAge: Duration?
    /// How many rotated files are kept.
    public var keep: Int
    /// Whether they are compressed with gzip, all but the newest.
    public var compresses: Bool

    /// A rotation of the given parts.
    public init(maxBytes: Int64?, maxAge: Duration?, keep: Int, compresses: Bool) {
      self.maxBytes = maxBytes
      self.maxAge = maxAge
      self.keep = keep
      self.compresses = compresses
    }
  }

  /// The file; its directory must exist.
  public var path: String
  /// What a line holds.
  public var format: Format
  /// When the file is forced to the disk.
  public var sync: Sync
  /// When the file is rotated; nil for never.
  public var rotation: Rotation?

  /// The permissions of the file and of rotated ones, whatever the umask says; nil gives a new file what
  /// the umask leaves of 0640, and leaves others as they are.
  public var mode: UInt32?

  /// Options of the given parts.
  public init(path: String, format: Format, sync: Sync, rotation: Rotation?, mode: UInt32?) {
    self.mode = mode
    self.path = path
    self.format = format
    self.sync = sync
    self.rotation = rotation
  }
}
