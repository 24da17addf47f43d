import Foundation
import InboxTestKit
import Testing

@testable import LinqhookInbox
@testable import SQLiteInbox

@Suite struct StorageTrustTests {
  /// A line of /proc/self/mounts for each file system type, on a point of its own.
  private func trust(_ type: String) -> StorageTrust {
    StorageTrust(
      folder: "/srv/\(type)/linqhook",
      mounts: "/dev/sda1 / ext4 rw 0 0\nx /srv/\(type) \(type) rw 0 0\n"
    )
  }

  private func verdict(
    _ type: String,
    _ durability: SQLiteStorage.Durability,
    allowed: Bool = false
  ) -> String {
    let storage = SQLiteStorage(path: "/i", durability: durability, allowsUnsafeStorage: allowed)
    do throws(InboxError) {
      return try trust(type).check(storage) == nil ? "good" : "said"
    } catch {
      return error.code == .unsafeStorage && error.description.contains("inbox.allow_unsafe_storage")
        ? "refused" : "\(error)"
    }
  }

  @Test(arguments: ["ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs"])
  func trustsDisks(_ type: String) {
    #expect(verdict(type, .full) == "good")
  }

  @Test(arguments: ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse", "fuse.sshfs", "fuseblk", "ceph"])
  func refusesWhatAnotherMachineOrProgramKeeps(_ type: String) {
    #expect(verdict(type, .full) == "refused")
    #expect(verdict(type, .normal) == "refused")
    #expect(verdict(type, .full, allowed: true) == "said")
  }

  @Test(arguments: ["tmpfs", "ramfs"])
  func refusesMemoryOnlyForAPromiseThatItCannotKeep(_ type: String) {
    #expect(verdict(type, .full) == "refused")
    #expect(verdict(type, .normal) == "said")
    #expect(verdict(type, .full, allowed: true) == "said")
  }

  @Test func saysThatAContainersLayerGoesWithIt() {
    #expect(verdict("overlay", .full) == "said")
  }

  @Test func theDeepestAndLatestMountCounts() {
    let mounts = """
      / / ext4 rw 0 0
      a /srv tmpfs rw 0 0
      b /srv/with\\040blank nfs rw 0 0
      c /srv/covered tmpfs rw 0 0
      d /srv/covered xfs rw 0 0
      """
    func trust(_ folder: String) -> StorageTrust { StorageTrust(folder: folder, mounts: mounts) }
    #expect(trust("/var/lib") == .local)
    #expect(trust("/srvother") == .local)
    #expect(trust("/srv") == .memory(type: "tmpfs"))
    #expect(trust("/srv/with blank/x") == .network(type: "nfs"))
    #expect(trust("/srv/covered/x") == .local)
  }

  /// The kernel's own list, where there is memory to mount on: what is refused leaves no store behind.
  @Test(.enabled(if: StorageTrust.of(folder: "/dev/shm") == .memory(type: "tmpfs")))
  func refusesARealFileSystemInMemory() async throws {
    let path = "/dev/shm/inbox-\(UUID())/inbox.db"
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var storage = SQLiteStorage(path: path)
    #expect(inboxErrorCode { _ = try SQLiteInbox.open(storage) { _ in } } == .unsafeStorage)
    #expect(!FileManager.default.fileExists(atPath: path))
    storage.allowsUnsafeStorage = true
    let reports = Collected<InboxDiagnostic>()
    let inbox = try SQLiteInbox.open(storage, onDiagnostic: reports.append)
    #expect(reports.all.map(\.kind) == [.unsafeFileSystem])
    await inbox.close()
  }
}
