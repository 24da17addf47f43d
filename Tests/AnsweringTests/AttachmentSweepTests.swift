import Foundation
import LogSupport
import Testing

@testable import Answering

/// Attachments are deleted when their time is over, and nothing else is.
@Suite struct AttachmentSweepTests {
  private let folder: TestFolder
  private let now = Int64(Date().timeIntervalSince1970)

  init() throws { folder = try TestFolder() }

  /// Puts a file into a folder that the store has made, or somebody else.
  private func put(_ name: String, in subfolder: String, age: Duration, isOurs: Bool = true) throws {
    let path = "\(folder.path)/\(subfolder)"
    #expect(FolderCalls.make(path, mode: isOurs ? AttachmentStore.folderMode : 0o750) == nil)
    let file = try folder.write("\(subfolder)/\(name)", bytes: 1)
    let date = Date(timeIntervalSince1970: Double(now) - age / .seconds(1))
    for touched in [file, path] {
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: touched)
    }
  }

  @Test func oldFilesGoWithTheirFoldersYoungOnesAndThoseOfOthersStay() async throws {
    try put("old", in: "a", age: .seconds(1001))
    try put("young", in: "b", age: .seconds(999))
    try put("old", in: "c", age: .seconds(5000))
    try put("young", in: "c", age: .seconds(1))
    try put("old", in: "theirs", age: .seconds(5000), isOurs: false)
    _ = try folder.write("file", bytes: 1)
    try put(".part-1", in: "d", age: .seconds(5000))
    try put(".part-2", in: "e", age: .seconds(200_000))
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link",
      withDestinationPath: "\(folder.path)/theirs"
    )
    await AttachmentSweep(folder: folder.path, keep: .seconds(1000), logger: CapturedLog().logger).sweep(
      now: now
    )
    #expect(folder.files == ["b/young", "c/young", "d/.part-1", "file", "theirs/old"])
    let folders = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(folders == ["b", "c", "d", "file", "link", "theirs"])
  }

  @Test func aFolderWithManyNamesIsGoneThroughToItsEnd() async throws {
    for number in 0..<1200 { try put("f", in: "a-\(number)", age: number % 2 == 0 ? .seconds(5000) : .zero) }
    await AttachmentSweep(folder: folder.path, keep: .seconds(1000), logger: CapturedLog().logger).sweep(
      now: now
    )
    #expect(folder.files.count == 600)
  }

  @Test func aStoreSweepsWhileItIsUsedAndStopsWithItsLastHandler() async throws {
    try put("old", in: "a", age: .seconds(5000))
    let options = AttachmentOptions(folder: folder.path, maxBytes: 1, keep: .seconds(60), allowedHosts: [])
    let store = try AttachmentStore(
      options,
      linq: nil,
      statistics: AnsweringStatistics(),
      logger: CapturedLog().logger
    )
    try store.start()
    try store.start()
    store.stop()
    let deadline = ContinuousClock.now + .seconds(20)
    while !folder.files.isEmpty, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(folder.files == [])
    store.stop()
  }
}
