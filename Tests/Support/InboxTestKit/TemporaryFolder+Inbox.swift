internal import Foundation
package import LinqhookInbox
package import SQLiteInbox
internal import Synchronization
package import TestKit

extension TemporaryFolder {
  package var inboxPath: String { file("inbox.db") }

  /// A SQLite inbox here.
  package func storage(
    durability: SQLiteStorage.Durability = .full,
    allowsUnsafeStorage: Bool = false
  ) -> SQLiteStorage {
    SQLiteStorage(path: inboxPath, durability: durability, allowsUnsafeStorage: allowsUnsafeStorage)
  }

  /// Copies what lies on disk now, as a power cut or a kill would leave it.
  package func snapshot() throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: path) where !name.hasSuffix(".lock") {
      try FileManager.default.copyItem(atPath: path + "/" + name, toPath: copy.path + "/" + name)
    }
    return copy
  }
}

/// Collects what a store reports, from any thread.
package final class Collected<Element: Sendable>: Sendable {
  package init() {}

  private let elements = Mutex<[Element]>([])

  package var all: [Element] { elements.withLock { $0 } }

  package func append(_ element: Element) { elements.withLock { $0.append(element) } }
}

extension InboxLimits {
  /// Limits of a store whose maintenance runs only when the test asks for it.
  package static func test(_ change: (inout InboxLimits) -> Void = { _ in }) -> InboxLimits {
    var limits = InboxLimits()
    limits.maintenanceSeconds = nil
    change(&limits)
    return limits
  }
}
