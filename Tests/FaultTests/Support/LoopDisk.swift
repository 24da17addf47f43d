import Foundation
import ReceiverSupport
import TestKit

/// A disk of a test's own: an ext4 file system in an image file, which lies on btrfs. A copy of the image by
/// reflink is atomic and holds what has reached the disk, and nothing of the page cache: what a power cut leaves.
struct LoopDisk: Sendable {
  private let folder: TemporaryFolder
  /// Where it is mounted.
  let path: String
  /// Where the disk is mounted as the last power cut left it.
  let cutPath: String

  /// Makes the disk, lends it, and takes it down.
  static func with<Value: Sendable>(
    megabytes: Int = 256,
    _ body: (LoopDisk) async throws -> Value
  ) async throws -> Value {
    let disk = try LoopDisk()
    do {
      try await disk.shell(
        """
        mkdir -p outer disk cut
        truncate -s 2G outer.img && mkfs.btrfs -q -f outer.img && mount -o loop outer.img outer
        truncate -s \(megabytes)M outer/disk.img && mkfs.ext4 -q -F outer/disk.img && mount -o loop outer/disk.img disk
        """
      )
      let value = try await body(disk)
      try await disk.takeDown()
      return value
    } catch {
      try? await disk.takeDown()
      throw error
    }
  }

  private init() throws {
    folder = try TemporaryFolder()
    path = folder.file("disk")
    cutPath = folder.file("cut")
  }

  /// Cuts the power at this moment and mounts what is left; the disk itself goes on.
  func cut<Value: Sendable>(_ body: (String) async throws -> Value) async throws -> Value {
    try await shell("cp --reflink=always outer/disk.img outer/cut.img && mount -o loop outer/cut.img cut")
    do {
      let value = try await body(cutPath)
      try await shell("umount cut && rm outer/cut.img")
      return value
    } catch {
      try? await shell("umount -l cut; rm -f outer/cut.img")
      throw error
    }
  }

  private func takeDown() async throws {
    try await shell("for mount in cut disk outer; do ! mountpoint -q $mount || umount -l $mount; done")
  }

  private func shell(_ script: String) async throws {
    try await Machine.shell("cd '\(folder.path)'\n\(script)")
  }
}
