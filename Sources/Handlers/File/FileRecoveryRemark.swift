internal import Logging

/// What the operator should know of a recovery: a line of the log each.
enum FileRecoveryRemark: Equatable {
  /// Restarts of the machine cannot be told apart.
  case bootUnknown
  /// The file is shorter than it was when it was written last.
  case cut(bytes: Int64)
  /// The lines behind the last sync may be lost, so that they are written again.
  case machineRestarted(syncedSequence: Int64)
  /// The file of the checkpoint has another folder now, or is deleted.
  case previousFileGone

  var message: Logger.Message {
    switch self {
    case .bootUnknown: "could not read the boot id; lines lost in a power cut are not written again"
    case .cut: "another process cut the file; the lines cut off are not written again"
    case .machineRestarted: "machine restarted; lines after the last sync are written again if they are lost"
    case .previousFileGone: "previous file is gone; its last lines may be in it and in the new one"
    }
  }

  var metadata: Logger.Metadata {
    switch self {
    case .bootUnknown:
      [
        "detail":
          "/proc/sys/kernel/random/boot_id is missing. Take ProcSubset=pid out of the unit, or mount all of /proc."
      ]
    case .cut(let bytes): ["bytes": "\(bytes)"]
    case .machineRestarted(let sequence): ["synced_sequence": "\(sequence)"]
    case .previousFileGone: [:]
    }
  }
}
