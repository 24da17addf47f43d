import Foundation
import Testing

@testable import FileTrust

/// Who else could change a file, on real files.
@Suite struct FileTrustTests {
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory.appendingPathComponent("linqhook-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o755]
    )
  }

  private static let isRoot = FileManager.default.isWritableFile(atPath: "/etc/shadow")

  @discardableResult
  private func write(_ name: String, mode: Int = 0o600, owner: Int? = nil, group: Int? = nil) throws -> String
  {
    let path = "\(folder)/\(name)"
    try Data("text".utf8).write(to: URL(fileURLWithPath: path))
    try set(path, mode, owner, group)
    return path
  }

  @discardableResult
  private func makeFolder(_ name: String, mode: Int, owner: Int? = nil) throws -> String {
    let path = "\(folder)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try set(path, mode, owner, nil)
    return path
  }

  private func set(_ path: String, _ mode: Int, _ owner: Int?, _ group: Int?) throws {
    var attributes: [FileAttributeKey: Any] = [.posixPermissions: mode]
    if let owner { attributes[.ownerAccountID] = owner }
    if let group { attributes[.groupOwnerAccountID] = group }
    try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
  }

  private func link(_ name: String, to target: String) throws -> String {
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
    return "\(folder)/\(name)"
  }

  private func objection(_ path: String) -> FileObjection? { FileTrust(environment: [:]).objection(to: path) }

  @Test func aFileOfThisUserIsTrustedInATemporaryFolderToo() throws {
    #expect(objection(try write("own")) == nil)
    #expect(objection(try write("readable", mode: 0o644)) == nil)
    #expect(objection("/etc/passwd") == nil)
    #expect(objection("\(folder)/missing/file") == nil)
    #expect(objection("/dev/null") == nil)
    #expect(objection("/dev/stdin") == nil)
  }

  @Test func aFileThatEverybodyMayWriteIsNot() throws {
    let path = try write("open", mode: 0o602)
    let found = try #require(objection(path))
    #expect(found.reason == .everybody)
    #expect(found.place == path)
    #expect(
      found.description == "\(path) may be written by every user of this machine. Run chmod o-w on \(path)."
    )
  }

  @Test func aFolderThatEverybodyMayWriteIsNotUnlessItIsSticky() throws {
    let open = try makeFolder("open", mode: 0o777)
    try write("open/file")
    let found = try #require(objection("\(open)/file"))
    #expect(found.place == open)
    #expect(found.description.contains("is reached through \(open), which may be written by every user"))
    try set(open, 0o1777, nil, nil)
    #expect(objection("\(open)/file") == nil)
    #expect(objection(open) == nil)
  }

  @Test func aFolderFarAboveCountsToo() throws {
    try makeFolder("open/below/further", mode: 0o755)
    try write("open/below/further/file")
    try set("\(folder)/open", 0o757, nil, nil)
    #expect(objection("\(folder)/open/below/further/file")?.place == "\(folder)/open")
    #expect(objection("\(folder)/open/below/../below/further/file")?.place == "\(folder)/open")
  }

  @Test func aLinkIsFollowedAndItsWayLookedAt() throws {
    try makeFolder("open", mode: 0o777)
    try write("open/file")
    #expect(objection(try link("away", to: "\(folder)/open/file"))?.place == "\(folder)/open")
    #expect(objection(try link("relative", to: "open/../open/file"))?.place == "\(folder)/open")
    try write("good")
    _ = try link("first", to: "second")
    _ = try link("second", to: "\(folder)/good")
    #expect(objection("\(folder)/first") == nil)
    _ = try link("round", to: "round")
    #expect(objection("\(folder)/round") == nil)
  }

  @Test(.enabled(if: isRoot)) func aFileOfSomebodyElseIsNot() throws {
    let found = try #require(objection(try write("theirs", owner: 65_534)))
    #expect(found.reason == .owner("nobody"))
    #expect(found.description.hasSuffix("Run chown root on \(folder)/theirs."))
    #expect(objection(try write("strangers", owner: 47_110))?.reason == .owner("user 47110"))
  }

  @Test(.enabled(if: isRoot)) func somebodyElsesLinkInAStickyFolderIsNotFollowed() throws {
    let open = try makeFolder("sticky", mode: 0o1777)
    let target = try write("good")
    let trap = try link("sticky/link", to: target)
    #expect(objection(trap) == nil)
    #expect(try run("/bin/chown", "-h", "65534", trap) == 0)
    #expect(objection(trap)?.reason == .owner("nobody"))
    #expect(objection(open) == nil)
  }

  @Test(.enabled(if: isRoot)) func theUserWhoCalledSudoIsTrusted() throws {
    let path = try write("callers", owner: 47_110)
    #expect(FileTrust(environment: ["SUDO_UID": "47110"]).objection(to: path) == nil)
    #expect(FileTrust(environment: ["SUDO_UID": "47111"]).objection(to: path) != nil)
  }

  @Test(.enabled(if: isRoot)) func aGroupThatMayWriteIsTrustedOnlyWhereItIsRootsOrOnesOwn() throws {
    #expect(objection(try write("roots", mode: 0o660, group: 0)) == nil)
    let path = try write("shared", mode: 0o660, group: 47_110)
    #expect(objection(path)?.reason == .group("47110"))
    #expect(objection(path)?.advice == "Run chmod g-w on \(path).")
    let daemons = try write("daemons", mode: 0o660, owner: 1, group: 1)
    let seenByDaemon = FileTrust(user: 1, group: 1, trustedUsers: [0, 1], mounts: MountPoints(""))
    #expect(seenByDaemon.objection(to: daemons) == nil)
    let seenByOther = FileTrust(user: 2, group: 2, trustedUsers: [0, 1, 2], mounts: MountPoints(""))
    #expect(seenByOther.objection(to: daemons)?.reason == .group("daemon"))
  }

  @Test func aGroupIsOnesOwnAsLongAsNobodyElseIsInIt() {
    let list = "joe:x:1000:\nann:x:1001:ann\nall:x:1002:joe,ann\n"
    #expect(GroupMembers.areNone(inGroup: "joe", but: "joe", list: list))
    #expect(GroupMembers.areNone(inGroup: "ann", but: "ann", list: list))
    #expect(!GroupMembers.areNone(inGroup: "all", but: "ann", list: list))
    #expect(!GroupMembers.areNone(inGroup: "gone", but: "ann", list: list))
  }

  @Test(.enabled(if: isRoot)) func whatCameIntoAContainerByAMountIsTrusted() throws {
    let mount = try makeFolder("mount", mode: 0o755, owner: 47_110)
    let file = try write("mount/linqhook.yaml", mode: 0o664, owner: 47_110, group: 47_110)
    func trust(_ mounts: String) -> FileTrust {
      FileTrust(user: 10_001, group: 10_001, trustedUsers: [0, 10_001], mounts: MountPoints(mounts))
    }
    #expect(trust("x / overlay rw 0 0\nx \(mount) ext4 ro 0 0\n").objection(to: file) == nil)
    #expect(trust("x / overlay rw 0 0\nx \(file) ext4 ro 0 0\n").objection(to: file)?.place == mount)
    #expect(trust("x / overlay rw 0 0\n").objection(to: file) != nil)
    try set(mount, 0o755, 0, nil)
    #expect(trust("x / overlay rw 0 0\nx \(mount) ext4 ro 0 0\n").objection(to: file) != nil)
    #expect(trust("x / overlay rw 0 0\nx \(file) ext4 ro 0 0\n").objection(to: file) == nil)
  }

  private func run(_ program: String, _ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// An operator who is root works on the files of the receiver's user, but not on what a stranger has put into a folder
  /// of others.
  @Test(.enabled(if: isRoot)) func rootTrustsTheUserOfAFileInAFolderOfTheSameUser() throws {
    let own = try makeFolder("own", mode: 0o755, owner: 65_534)
    try write("own/file", owner: 65_534)
    #expect(FileTrust(workingOn: "\(own)/file").objection(to: "\(own)/file") == nil)
    #expect(FileTrust(workingOn: "\(own)/missing").objection(to: "\(own)/file")?.reason == .owner("nobody"))
    let shared = try makeFolder("shared", mode: 0o1777)
    try write("shared/file", owner: 65_534)
    #expect(
      FileTrust(workingOn: "\(shared)/file").objection(to: "\(shared)/file")?.reason == .owner("nobody")
    )
    let elsewhere = try link("own/link", to: "\(shared)/file")
    #expect(FileTrust(workingOn: elsewhere).objection(to: elsewhere) != nil)
  }
}
