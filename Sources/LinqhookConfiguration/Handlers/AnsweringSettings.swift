/// What a handler does at Linq with an event, beside running its program.
public struct AnsweringSettings: Sendable, Equatable {
  /// What becomes of what the program prints.
  public var reply: ReplyMode
  /// Whether the chat shows typing while the program works.
  public var typing: Bool
  /// Whether the chat is marked as read first.
  public var read: Bool
  /// Messages that are not answered; in force when `reply` is not off.
  public var `guard`: GuardSettings
  /// How much is sent into one chat; in force when `reply` is not off.
  public var replyLimit: ReplyLimitSettings
  /// Where attachments are kept before the program runs; nil leaves them at Linq.
  public var attachments: AttachmentSettings?

  /// Nothing is done at Linq, unless told otherwise.
  public init(
    reply: ReplyMode = .off,
    typing: Bool = false,
    read: Bool = false,
    guard: GuardSettings = GuardSettings(),
    replyLimit: ReplyLimitSettings = ReplyLimitSettings(),
    attachments: AttachmentSettings? = nil
  ) {
    self.reply = reply
    self.typing = typing
    self.read = read
    self.guard = `guard`
    self.replyLimit = replyLimit
    self.attachments = attachments
  }

  /// Whether anything is done at Linq for which a token is needed.
  public var needsToken: Bool { reply != .off || typing || read }

  /// Whether the handler is more than its program.
  public var isInUse: Bool { needsToken || attachments != nil }
}

/// What becomes of what a program prints.
public enum ReplyMode: String, Sendable, CaseIterable {
  /// It goes to the log.
  case off
  /// It is sent into the chat. For shell handlers.
  case text
  /// It says what is to be done, one JSON object each.
  case actions
}

/// Which messages a handler does not answer.
public struct GuardSettings: Sendable, Equatable {
  /// For what was sent by ourselves.
  public var own: GuardRule
  /// For what Linq recovered later.
  public var reconciled: GuardRule
  /// For what comes from people who have opted out.
  public var optedOut: GuardRule

  /// All three are skipped, unless told otherwise.
  public init(own: GuardRule = .skip, reconciled: GuardRule = .skip, optedOut: GuardRule = .skip) {
    self.own = own
    self.reconciled = reconciled
    self.optedOut = optedOut
  }
}

/// What happens to a message that the guard knows.
public enum GuardRule: String, Sendable, CaseIterable {
  /// The handler is not run.
  case skip
  /// The handler is run as for every other.
  case pass
}

/// How much a handler sends into one chat.
public struct ReplyLimitSettings: Sendable, Equatable {
  /// Messages in each `per`.
  public var count: Int
  /// The time in which they count.
  public var per: Duration

  /// 20 a minute, unless told otherwise.
  public init(count: Int = 20, per: Duration = .seconds(60)) {
    self.count = count
    self.per = per
  }
}

extension AnsweringSettings {
  /// The keys of every handler that can answer.
  static let keys: [SettingKey<AnsweringSettings>] = [
    .choice(
      "reply",
      \.reply,
      "What becomes of what it prints. off: the log. text (shell only): it is sent into the chat. actions: JSON lines that say what to send."
    ),
    .boolean("typing", \.typing, "Shows typing in the chat while it works; best effort."),
    .boolean("read", \.read, "Marks the chat as read before it runs; best effort."),
    .section("guard", \.guard, isOneLine: true),
    .section("reply_limit", \.replyLimit, isOneLine: true),
    .section("attachments", \.attachments, isOneLine: true),
  ]

  /// Judges what the keys say together.
  ///
  /// - Parameter canReplyWithText: Whether standard output may be an answer as it is.
  func check(_ reader: MappingReader, canReplyWithText: Bool) {
    if reply == .text, !canReplyWithText {
      reader.report(
        "reply",
        "must be off or actions: a worker's lines are JSON. `text` is for shell handlers."
      )
    }
    if reply == .off {
      // A file that writes the defaults down promises nothing that does not happen.
      if `guard` != .blank { reader.warn("guard", "has no effect while `reply` is off.") }
      if replyLimit != .blank { reader.warn("reply_limit", "has no effect while `reply` is off.") }
    }
    reportMissingToken(reader)
    if reply == .actions, reader.context.linq.isVersion2 {
      reader.warn(
        "reply",
        "is actions, and `linq.api` is v2, which cannot quote a message or react with an emoji: an event whose program asks for that becomes a dead letter."
      )
    }
  }

  private func reportMissingToken(_ reader: MappingReader) {
    guard reader.context.purpose != .part, !reader.context.linq.hasToken else { return }
    let wanted = [("reply", reply != .off), ("typing", typing), ("read", read)].first { $0.1 }?.0
    guard let wanted else { return }
    reader.report(wanted, "needs a token of Linq's. Set `linq.token` or LINQ_INTEGRATION_TOKEN.")
  }
}

extension GuardSettings: SettingsSection {
  static let blank = GuardSettings()
  static let keys: [SettingKey<GuardSettings>] = [
    .choice("own", \.own, "What was sent by ourselves, on whichever device: skip or pass it to the program."),
    .choice("reconciled", \.reconciled, "What Linq recovered later, perhaps after hours: skip or pass it."),
    .choice("opted_out", \.optedOut, "What comes from people who have opted out (STOP): skip or pass it."),
  ]
}

extension ReplyLimitSettings: SettingsSection {
  static let blank = ReplyLimitSettings()
  static let keys: [SettingKey<ReplyLimitSettings>] = [
    .integer(
      "count",
      \.count,
      in: 1...1_000_000,
      "Messages that it sends into one chat in each `per`. Past it answers wait, so two bots cannot talk each other to death."
    ),
    .duration("per", \.per, in: .seconds(1)...(.seconds(86_400)), "The time in which they count."),
  ]
}
