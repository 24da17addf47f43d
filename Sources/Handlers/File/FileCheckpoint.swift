internal import FoundationEssentials

/// Which file a path stood for.
struct FileIdentity: Sendable, Hashable {
  var device: UInt64
  var inode: UInt64

  /// Whether both are the same file. The number of a disk holds for one boot only: after another, a file that is
  /// still under its name and has its inode is not taken for a stranger because its disk was counted again.
  func isSameFile(as other: FileIdentity, acrossBoots: Bool) -> Bool {
    inode == other.inode && (acrossBoots || device == other.device)
  }
}

/// What the inbox keeps with the handler's cursor: how much of which file is ours and recorded.
struct FileCheckpoint: Sendable, Equatable {
  /// The file that was written to.
  var identity: FileIdentity
  /// How long it was with the last recorded event in it.
  var length: Int64
  /// How much of it is known to be on the disk, and the last event in that part.
  var syncedLength: Int64
  var syncedSequence: Int64
  /// When the file was begun, in seconds since 1970.
  var createdAtSeconds: Int64
  /// The boot of the machine that all this is about.
  var boot: String
  /// Whether events are recorded whose lines are behind `length`: since a kill, until what it left is sorted out.
  var hasLinesBehind = false

  /// The kernel's id of this boot; a power cut or reboot gives another one.
  static let currentBoot = String(
    decoding: FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data(),
    as: UTF8.self
  ).filter { !$0.isWhitespace }

  private static let version = "1"
  private static let linesBehindMark = "+"
}

extension FileCheckpoint {
  /// A version and the fields, as text, so that people can read it in the inbox.
  var bytes: [UInt8] {
    let numbers = [
      String(identity.device), String(identity.inode), String(length), String(syncedLength),
      String(syncedSequence), String(createdAtSeconds),
    ]
    let mark = hasLinesBehind ? [Self.linesBehindMark] : []
    return Array(([Self.version] + numbers + [boot] + mark).joined(separator: " ").utf8)
  }

  /// Nil where the bytes are not of this version.
  init?(_ bytes: [UInt8]) {
    let fields = String(decoding: bytes, as: UTF8.self).split(
      separator: " ",
      omittingEmptySubsequences: false
    )
    let hasLinesBehind = fields.count == 9 && fields[8] == Self.linesBehindMark
    guard fields.count == 8 || hasLinesBehind, fields[0] == Self.version,
      let device = UInt64(fields[1]), let inode = UInt64(fields[2]),
      let length = Int64(fields[3]), let syncedLength = Int64(fields[4]),
      let syncedSequence = Int64(fields[5]), let createdAtSeconds = Int64(fields[6])
    else { return nil }
    self.init(
      identity: FileIdentity(device: device, inode: inode),
      length: length,
      syncedLength: syncedLength,
      syncedSequence: syncedSequence,
      createdAtSeconds: createdAtSeconds,
      boot: String(fields[7]),
      hasLinesBehind: hasLinesBehind
    )
  }
}
