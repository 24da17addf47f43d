import Foundation
import ReceiverSupport
import TestKit
import Testing

extension Faults {
  /// The order of system calls, as strace sees it: no 200 leaves before the log of the store was synced.
  @Suite struct OrderFaults {
    @Test(.strace, .timeLimit(.minutes(5)))
    func eachAcceptanceIsSentAfterTheSyncOfItsEvent() async throws {
      let order = try await callOrder(requests: FaultPlan.count("LINQHOOK_ORDER", short: 500, full: 5000))
      #expect(order.sent > 0)
      #expect(order.early == [], "Answered 200 before the event was synced.")
      print("\(order.sent) answers, \(order.syncs) syncs of the log")
    }

    /// The control: with `normal` the log is not synced, and the same check must see it.
    @Test(.strace, .timeLimit(.minutes(5)))
    func withDurabilityNormalAnswersLeaveBeforeASync() async throws {
      let order = try await callOrder(requests: 300, durability: "normal")
      #expect(!order.early.isEmpty)
    }

    /// Copies that arrive together wait for the same commit; strace sees that none is answered before its sync.
    @Test(.strace, .timeLimit(.minutes(5)))
    func copiesOfAnEventAreAnsweredAfterTheFirstIsSynced() async throws {
      let order = try await callOrder(
        requests: FaultPlan.count("LINQHOOK_COPIES", short: 200, full: 1000),
        copies: 4
      )
      #expect(order.duplicates > 0)
      #expect(order.early == [])
    }

    private func callOrder(requests: Int, durability: String = "full", copies: Int = 1) async throws
      -> CallOrder
    {
      let run = try await FaultRun(chats: 16, durability: durability)
      let trace = run.folder.file("calls")
      let wrapper = [
        "/usr/bin/strace", "-D", "-f", "-qq", "-s", "4096", "-e",
        "trace=fdatasync,pwrite64,sendto,sendmsg,write",
        "-e", "signal=none", "-y", "-o", trace,
      ]
      let copier = try Poster(
        url: "http://127.0.0.1:\(run.port)/webhooks/linq",
        secret: "test_secret_0123456789ab",
        chats: 16
      )
      let posting = Task {
        await withDiscardingTaskGroup { group in
          group.addTask { await run.poster.run() }
          // A second sender of the very same events.
          if copies > 1 { group.addTask { await copier.run() } }
        }
      }
      try await run.receiver(under: wrapper) { receiver in
        try await run.poster.more(requests)
        copier.stop()
        try await run.drained(receiver, posting)
      }
      return CallOrder(trace: run.folder.read("calls"))
    }
  }
}

/// What a trace says about when answers left.
private struct CallOrder {
  private(set) var sent = 0
  private(set) var duplicates = 0
  private(set) var syncs = 0
  /// Ids whose 200 left before a sync that came after their bytes were in the log.
  private(set) var early: [String] = []

  private var written: Set<Substring> = []
  private var synced: Set<Substring> = []

  /// Calls of many threads overlap: a sync counts from its end, an answer from its beginning.
  init(trace: String) {
    var syncing: [Substring: Set<Substring>] = [:]
    for line in trace.split(separator: "\n") {
      let thread = line.prefix { $0 != " " }
      if line.contains("pwrite64("), line.contains("inbox.db-wal>") {
        for match in line.matches(of: #/chat\d+-\d+/#) { written.insert(match.output) }
      } else if line.contains("fdatasync("), line.contains("inbox.db-wal>") {
        syncs += 1
        if line.contains("unfinished") { syncing[thread] = written } else { synced.formUnion(written) }
      } else if line.contains("fdatasync resumed") {
        synced.formUnion(syncing.removeValue(forKey: thread) ?? [])
      } else if let answer = line.firstMatch(of: #/"event_id\\":\\"(chat\d+-\d+)/#), line.contains(" 200 OK")
      {
        sent += 1
        if line.contains("duplicate") { duplicates += 1 }
        if !synced.contains(answer.1) { early.append(String(answer.1)) }
      }
    }
  }
}
