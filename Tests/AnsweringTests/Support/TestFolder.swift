import Foundation
import TestKit

/// A folder with files of any length.
struct TestFolder {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var path: String { folder.path }

  func write(_ name: String, bytes count: Int) throws -> String {
    try folder.write(name, Array(repeating: UInt8(ascii: "x"), count: count))
  }

  /// All that is below it, as paths, folders left out.
  var files: [String] {
    let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}
