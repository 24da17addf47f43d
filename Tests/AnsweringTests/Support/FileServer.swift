import Answering
import Foundation
import LinqAPI
import LinqEvents
import LogSupport
import ScriptedServer
import Synchronization

/// A host of attachments that answers as it is told to, and counts the requests for each path.
final class FileServer: Sendable {
  private let server: ScriptedServer
  private let requests: Requests

  init(_ script: @escaping @Sendable (_ path: String, ScriptedConnection) -> Void) throws {
    let requests = Requests()
    self.requests = requests
    server = try ScriptedServer { connection in
      while let request = connection.readRequest() {
        let path = request.requestLine.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        requests.add(path)
        script(path, connection)
        // Most scripts send bodies without a length.
        if !path.hasPrefix("/keep") { return }
      }
    }
  }

  var url: String { server.url }
  var connectionCount: Int { server.connectionCount }
  func count(_ path: String) -> Int { requests.count(path) }

  private final class Requests: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func add(_ path: String) { counts.withLock { $0[path, default: 0] += 1 } }
    func count(_ path: String) -> Int { counts.withLock { $0[path] ?? 0 } }
  }
}

/// A store in a folder of its own, and what it did.
struct StoreUnderTest {
  let folder: TestFolder
  let store: AttachmentStore
  let statistics = AnsweringStatistics()
  let log = CapturedLog()

  init(linq: LinqClient? = nil, _ change: (inout AttachmentOptions) -> Void = { _ in }) throws {
    folder = try TestFolder()
    var options = AttachmentOptions(
      folder: folder.path,
      maxBytes: 1 << 20,
      keep: nil,
      allowedHosts: ["cdn.example.com", "*.files.example.com"],
      allowsLoopback: true
    )
    change(&options)
    store = try AttachmentStore(options, linq: linq, statistics: statistics, logger: log.logger)
    try store.start()
  }

  /// A message with these files.
  static func view(_ media: [MessagePart.Media]) -> MessageView {
    var view = MessageView()
    view.messageID = "m-1"
    view.parts = [.text("Look")] + media.map { .media($0) }
    return view
  }

  static func media(_ url: String?, id: String? = "a-1", name: String? = "photo.jpg", bytes: Int64? = nil)
    -> MessagePart.Media
  {
    var media = MessagePart.Media()
    media.id = id
    media.url = url
    media.filename = name
    media.byteCount = bytes
    return media
  }

  /// What became of one file.
  func fetch(_ media: MessagePart.Media) async throws -> MessagePart.Media {
    guard case .ready(let view) = await store.fetch(Self.view([media])),
      case .media(let fetched)? = view.parts?.last
    else {
      throw NotReady()
    }
    return fetched
  }

  func count(_ result: AnsweringStatistics.AttachmentResult) -> Int {
    statistics.snapshot.attachments[result] ?? 0
  }

  struct NotReady: Error {}
}
