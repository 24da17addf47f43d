import InboxSupport
import TestKit
import Testing

@testable import LinqhookInbox

/// Which store a conformance test runs on.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case memory, sqlite

  var testDescription: String { rawValue }
}

/// An inbox of either kind with a clock in hand.
struct TestInbox: Sendable {
  let inbox: any Inbox
  let clock: TestClock
  private let folder: TemporaryFolder?

  init(_ kind: StoreKind, _ change: (inout InboxConfiguration) -> Void = { _ in }) throws {
    clock = TestClock()
    switch kind {
    case .memory:
      folder = nil
      var configuration = InboxConfiguration(path: "")
      change(&configuration)
      inbox = MemoryInbox(configuration, clock: clock.clock)
    case .sqlite:
      let folder = try TemporaryFolder()
      self.folder = folder
      inbox = try SQLiteInbox.open(folder.configuration(change), clock: clock.clock) { _ in }
    }
  }

  /// What a store does by itself from time to time.
  func maintain() async throws {
    if let memory = inbox as? MemoryInbox { await memory.maintain() }
    if let sqlite = inbox as? SQLiteInbox { await sqlite.maintain() }
  }
}

extension SQLiteInbox {
  /// Runs the maintenance that otherwise comes every ten seconds, on the writer's queue.
  func maintain() async {
    while (try? await writer.perform { core in core.maintain() }) == true {}
  }
}
