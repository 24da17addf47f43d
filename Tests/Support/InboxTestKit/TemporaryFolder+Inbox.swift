import Foundation
import Synchronization
import TestKit

@testable import LinqhookInbox

extension TemporaryFolder {
  var inboxPath: String { file("inbox.db") }

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
