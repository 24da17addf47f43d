import Foundation
import Synchronization

@testable import LinqhookInbox

/// A folder that is gone after the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("inbox-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var inboxPath: String { path + "/inbox.db" }

  func configuration(_ change: (inout InboxConfiguration) -> Void = { _ in }) -> InboxConfiguration {
    var configuration = InboxConfiguration(path: inboxPath)
    configuration.maintenanceSeconds = nil
    change(&configuration)
    return configuration
  }

  /// Copies what lies on disk now, as a power cut or a kill would leave it.
  func snapshot() throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: path) where !name.hasSuffix(".lock") {
      try FileManager.default.copyItem(atPath: path + "/" + name, toPath: copy.path + "/" + name)
    }
    return copy
  }
}

/// Collects what a store reports, from any thread.
final class Collected<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  var all: [Element] { elements.withLock { $0 } }

  func append(_ element: Element) { elements.withLock { $0.append(element) } }
}
