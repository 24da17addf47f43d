import Foundation
import ReceiverSupport
import SystemPackage
import TestKit
import Testing

/// One receiver under attack: its folder, its configuration, and the sender that knows what it acknowledged.
struct FaultRun: Sendable {
  let folder: TemporaryFolder
  /// Where inbox and archive stand.
  let state: String
  let configuration: String
  let poster: Poster
  let port: Int

  /// - Parameters:
  ///   - state: the folder of inbox and archive, if not the run's own.
  ///   - handlers: handlers beside the archive, as lines of YAML.
  ///   - settings: more settings, as lines of YAML.
  ///   - allowsUnsafeStorage: for a disk in memory, which is small and quickly full.
  init(
    state: String? = nil,
    chats: Int = 32,
    padding: Int = 0,
    durability: String = "full",
    rotate: String = "",
    handlers: [String] = [],
    settings: String = "",
    allowsUnsafeStorage: Bool = false,
    maxPending: Int = 100_000
  ) async throws {
    folder = try TemporaryFolder()
    port = try await Self.freePort()
    let state = state ?? folder.path
    self.state = state
    poster = try Poster(
      url: "http://127.0.0.1:\(port)/webhooks/linq",
      secret: "test_secret_0123456789ab",
      chats: chats,
      padding: padding
    )
    configuration = """
      listen: 127.0.0.1:\(port)
      admin: {listen: 127.0.0.1:0}
      endpoints: [{path: /webhooks/linq, secrets: [test_secret_0123456789ab]}]
      inbox: {path: \(state)/inbox.db, durability: \(durability), max_pending: \(maxPending), allow_unsafe_storage: \(allowsUnsafeStorage)}
      \(settings)
      handlers:
        - {name: archive, type: file, path: \(state)/events.ndjson\(rotate)}
      \(handlers.map { "  - \($0)\n" }.joined())
      """
  }

  /// Runs the receiver; its exit status. A body that throws is the end of the run: nobody posts any more.
  @discardableResult
  func receiver(
    environment: [String: String] = [:],
    under wrapper: [String] = [],
    _ body: @Sendable (RunningReceiver) async throws -> Void
  ) async throws -> Int32 {
    return try await withReceiver(
      in: folder,
      configuration: configuration,
      environment: environment,
      under: wrapper
    ) { receiver in
      do { try await body(receiver) } catch {
        poster.abandon()
        throw error
      }
    }
  }

  /// Lets a healthy receiver take and deliver the rest, then checks every promise.
  func drain(_ posting: Task<Void, Never>, archives: [String] = ["events.ndjson"]) async throws {
    try await receiver { try await drained($0, posting) }
    try await check(archives: archives)
  }

  /// The rest, taken and delivered by a receiver that runs.
  func drained(_ receiver: RunningReceiver, _ posting: Task<Void, Never>) async throws {
    try await poster.finish(posting)
    try await receiver.settled()
  }

  /// The promises that hold after every drained run.
  ///
  /// - Parameter others: acknowledged events of somebody else than the poster, in a chat behind its own.
  func check(archives: [String] = ["events.ndjson"], besides others: [String] = []) async throws {
    let acknowledged = poster.acknowledged + [others]
    #expect(InvariantCheck.answers(poster.statuses) == [])
    for archive in archives {
      let delivered = DeliveredLines(archive: archive, in: state)
      #expect(InvariantCheck.archive(delivered, acknowledged: acknowledged) == [], "\(archive)")
    }
    let books = try await StoreState.read(folder)
    #expect(InvariantCheck.books(books, acknowledged: acknowledged.joined().count) == [])
    #expect(books.pending == 0)
  }

  /// A port that is free, and not of those that the system gives to outgoing connections: the receiver must come
  /// back on the same one, however often it was killed.
  static func freePort() async throws -> Int {
    let outcome = try await Program.shell(
      """
      python3 - <<'END'
      import errno, random, socket
      first = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
      while True:
          with socket.socket() as candidate:
              try:
                  candidate.bind(("127.0.0.1", random.randrange(10000, max(first, 11000))))
              except OSError as error:
                  if error.errno != errno.EADDRINUSE:
                      raise
              else:
                  print(candidate.getsockname()[1])
                  break
      END
      """
    )
    return try #require(Int(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
