import GRDB
import InboxTestKit
import TestKit

@testable import LinqhookInbox
@testable import SQLiteInbox

extension TemporaryFolder {
  /// Opens the store here with a clock in hand.
  func open(
    _ clock: TestClock = TestClock(),
    durability: SQLiteStorage.Durability = .full,
    limits: (inout InboxLimits) -> Void = { _ in },
    report: @escaping @Sendable (InboxDiagnostic) -> Void = { _ in }
  ) throws -> SQLiteInbox {
    try SQLiteInbox.open(
      storage(durability: durability),
      limits: .test(limits),
      clock: clock.clock,
      onDiagnostic: report
    )
  }

  /// Changes the file behind the store's back, while it is closed.
  func edit(_ sql: String) throws {
    let database = try DatabaseQueue(path: inboxPath)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
  }
}

/// The code of the inbox's error that `body` throws; nil if it throws none.
func inboxErrorCode(_ body: () throws -> Void) -> InboxError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? InboxError)?.code
  }
}
