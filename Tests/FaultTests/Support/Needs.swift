import Foundation
import ReceiverSupport
import Testing

// What a part needs of the machine. A part without it is skipped, and the run says so with the reason.

extension Trait where Self == ConditionTrait {
  /// Mounts, limits and other users are for root.
  static var root: Self { .enabled(if: getuid() == 0, "This needs root.") }

  /// strace, and the right to trace.
  static var strace: Self {
    .enabled("This needs strace and the right to trace a process.") {
      try await Program.shell("strace -o /dev/null true").status == 0
    }
  }

  /// Programs of Debian packages.
  static func programs(_ names: String...) -> Self {
    .enabled("This needs \(names.joined(separator: ", ")).") {
      try await Program.shell("command -v \(names.joined(separator: " "))").status == 0
    }
  }

  /// Mounts of image files.
  static var loopMounts: Self {
    .enabled("This needs root and loop devices.") {
      guard getuid() == 0 else { return false }
      return try await Program.shell("losetup --find").status == 0
    }
  }
}
