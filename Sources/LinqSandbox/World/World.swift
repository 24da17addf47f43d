// The account and the people in it. A value: calls and happenings change it one after the other, and the
// further happenings that a change leads to collect in `happenings`, for the caller to take.

import LinqAPI
import LinqEvents

struct World {
  /// The lines. Unless they were configured, an unknown sender becomes one of them.
  var lines: [LineRecord]
  let adoptsLines: Bool
  /// The base URL of attachments, with no slash at the end.
  var attachmentsURL = ""
  let api: SandboxConfiguration.APIVersion
  /// How many replies follow a sent message: one, or many with the scenario `burst`.
  let repliesPerMessage: Int
  /// Whether people answer and react, or only read.
  let peopleAnswer: Bool
  let scenarios: Set<SandboxConfiguration.Scenario>
  /// Divides all waits.
  let timeScale: Double
  /// Whether the URLs of attachments die after a while.
  let hasEphemeralAttachments: Bool

  var chats: [Int: ChatRecord] = [:]
  var messages: [Int: MessageRecord] = [:]
  var reactions: [Int: ReactionRecord] = [:]
  var subscriptions: [Int: SubscriptionRecord] = [:]
  var messageIDsByKey: [String: Int] = [:]
  /// The first V3 answer to each idempotency key.
  var answersByKey: [String: Reply] = [:]
  var attachments: [String: AttachmentRecord] = [:]
  /// The secret part of each place for an upload.
  var uploads: [String: UploadPlace] = [:]
  var optedOut: Set<String> = []
  var pace = SendPace()
  /// The receiver's routing tokens.
  var routingTokens: [RoutingLane: String] = [:]
  let urlKey = UInt64.random(in: 0 ... .max)
  var files = FileShelf()
  private var lastID = 1000

  private var happenings: [ScheduledEntry] = []

  init(_ configuration: SandboxConfiguration) {
    api = configuration.version
    scenarios = configuration.scenarios
    timeScale = configuration.timeScale
    peopleAnswer = configuration.peopleAnswer
    hasEphemeralAttachments = configuration.hasEphemeralAttachments
    adoptsLines = configuration.lines.isEmpty
    repliesPerMessage = configuration.scenarios.contains(.burst) ? Burst.messageCount : 1
    let numbers =
      configuration.lines.isEmpty ? ["+12025550199", "+12025550198"] : configuration.lines.map(\.description)
    lines = numbers.enumerated().map { LineRecord(id: $0.offset + 1, number: $0.element) }
  }

  /// Ids are unique over all kinds of records, so an id of the wrong kind is never found by chance.
  mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }

  mutating func schedule(
    _ happening: ScheduledAction,
    afterSeconds seconds: Double = 0,
    isBurst: Bool = false
  ) {
    happenings.append(ScheduledEntry(happening: happening, afterSeconds: seconds, isBurst: isBurst))
  }

  /// The happenings that follow the changes so far, in the order in which they are due. Returns each only
  /// once.
  mutating func takeScheduled() -> [ScheduledEntry] {
    defer { happenings = [] }
    return happenings.sorted { $0.afterSeconds < $1.afterSeconds }
  }
}

/// How many messages come at once in a burst.
enum Burst {
  static let messageCount = 100
}

/// Uploaded files, for the receiver to fetch. Only the newest are kept.
struct FileShelf {
  static let maxBytes = 256 << 20

  private var files: [(id: String, contentType: String, bytes: [UInt8])] = []
  private var byteCount = 0

  mutating func put(_ bytes: [UInt8], contentType: String, id: String) {
    files.append((id, contentType, bytes))
    byteCount += bytes.count
    while byteCount > Self.maxBytes, !files.isEmpty { byteCount -= files.removeFirst().bytes.count }
  }

  func file(_ id: String) -> (contentType: String, bytes: [UInt8])? {
    files.first { $0.id == id }.map { ($0.contentType, $0.bytes) }
  }
}
