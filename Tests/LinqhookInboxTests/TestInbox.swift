import Foundation
import InboxSupport
import InboxTestKit
import LinqhookInbox
import PostgreSQLSupport
import PostgresInbox
import SQLiteInbox
import TestKit
import Testing

/// Which store a conformance test runs on.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case memory, sqlite, postgres

  var testDescription: String { rawValue }
}

/// An inbox of either kind with a clock in hand.
struct TestInbox: Sendable {
  let inbox: any Inbox
  let clock: TestClock
  private let folder: TemporaryFolder?

  init(_ kind: StoreKind, _ change: (inout InboxLimits) -> Void = { _ in }) async throws {
    clock = TestClock()
    switch kind {
    case .memory:
      folder = nil
      inbox = MemoryInbox(.test(change), clock: clock.clock)
    case .sqlite:
      let folder = try TemporaryFolder()
      self.folder = folder
      inbox = try SQLiteInbox.open(folder.storage(), limits: .test(change), clock: clock.clock) { _ in }
    case .postgres:
      folder = nil
      inbox = try await PostgresInbox.open(.test(), limits: .test(change), clock: clock.clock) { _ in }
    }
  }

  /// What a store does by itself from time to time.
  func maintain() async throws {
    if let memory = inbox as? MemoryInbox { await memory.maintain() }
    if let sqlite = inbox as? SQLiteInbox { await sqlite.maintain() }
    if let postgres = inbox as? PostgresInbox { await postgres.maintain() }
  }
}

extension PostgresStorage {
  /// A schema of its own in the cluster of this process.
  static func test() throws -> PostgresStorage {
    PostgresStorage(
      database: try PostgreSQLCluster.shared().configuration(),
      schema: "test_" + UUID().uuidString,
      instance: "test",
      replication: .none
    )
  }
}
