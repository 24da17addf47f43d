public import LinqAPI
import LinqEvents
public import LinqhookDelivery
import LinqhookInbox
public import Logging
import ShownText

/// Lets a program answer: shows signs in the chat, fetches attachments, runs the program, keeps what it wants done and
/// does it, each action once.
///
/// The order is what makes it exact. The program runs first; what it wants is on disk before anything is sent; each
/// message goes with a key that makes a second send harmless; only then is the delivery settled. So a kill at any moment
/// costs at most a second run of a program whose answer nobody has seen.
public struct AnsweringDelivery: EventHandler {
  private let program: any AnsweringHandler
  private let options: AnsweringOptions
  private let linq: LinqClient?
  private let signsClient: LinqClient?
  private let pacer: MessagePacer
  private let attachments: AttachmentStore?
  private let limiter: ReplyLimiter
  private let statistics: AnsweringStatistics
  private let logger: Logger

  /// Wraps a program.
  ///
  /// - Parameters:
  ///   - program: what is run for each event.
  ///   - options: what it may do at Linq.
  ///   - linq: how Linq is called; nil without a token, and then nothing can be sent.
  ///   - pacer: shared by all handlers.
  ///   - attachments: where attachments are kept before the program runs; nil to leave them at Linq.
  ///   - statistics: shared by all handlers.
  ///   - logger: where troubles go.
  public init(
    _ program: any AnsweringHandler,
    options: AnsweringOptions,
    linq: LinqClient?,
    pacer: MessagePacer,
    attachments: AttachmentStore? = nil,
    statistics: AnsweringStatistics,
    logger: Logger
  ) {
    self.program = program
    self.options = options
    // Waits are the lane's business: here they would hold a place that other chats need.
    self.linq = linq?.limited(
      timeout: Self.sendTimeout,
      uploadTimeout: Self.uploadTimeout
    )
    signsClient = linq?.limited(timeout: ChatSigns.timeout)
    self.pacer = pacer
    self.attachments = attachments
    limiter = ReplyLimiter(options.replyLimit)
    self.statistics = statistics
    var logger = logger
    logger[metadataKey: "handler"] = .string(options.name)
    self.logger = logger
  }

  private static let sendTimeout = Duration.seconds(60.0)
  /// On a slow line 100 MiB take a while; a place for them lives for 15 minutes.
  private static let uploadTimeout = Duration.seconds(900.0)

  /// Runs the program and sends what it wants sent, or only the rest of that where an earlier attempt kept it.
  public func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    if let kept = attempt.outbox, !kept.isEmpty { return await resume(kept, attempt) }
    let view = attempt.message
    if options.sendsReplies {
      if let reason = options.guard.reason(toSkip: view) { return skip(attempt, reason) }
      if let wait = wait(before: view) { return wait }
    }
    let target = AnswerTarget(view)
    let signs = ChatSigns(options, linq: signsClient, chat: target?.chatID, logger: logger)
    var attempt = attempt
    if let trouble = await fetchAttachments(&attempt) {
      await signs?.end(messageFollows: false)
      return trouble
    }
    let answer = wanted(await program.answer(attempt), attempt)
    return await conclude(answer, target, attempt, signs)
  }

  /// Prepares the program and the folder of attachments.
  public func start() async throws {
    try attachments?.start()
    do { try await program.start() } catch {
      attachments?.stop()
      throw error
    }
  }

  /// Passed on to the program.
  public func reopen() async { await program.reopen() }

  /// Passed on to the program.
  public func beginDraining(within duration: Duration) async { await program.beginDraining(within: duration) }

  /// Ends the program and what looks after the attachments.
  public func stop() async {
    await program.stop()
    attachments?.stop()
  }

  /// What the program says of itself.
  public var report: HandlerReport { program.report }
}

extension AnsweringDelivery {
  private func skip(_ attempt: DeliveryAttempt, _ reason: MessageGuard.Reason) -> DeliveryResult {
    statistics.count(guarded: reason, handler: options.name)
    logger.debug(
      "guard kept an event from the handler",
      metadata: ["event_id": "\(Shown.line(attempt.event.eventID))", "reason": "\(reason.rawValue)"]
    )
    return .skipped(reason: reason.sentence)
  }

  /// While there is no room for an answer the program is not run: what it would say could be old when it is sent.
  private func wait(before view: MessageView) -> DeliveryResult? {
    guard let target = AnswerTarget(view) else { return nil }
    let outcome =
      limiter.wait(for: target.chatID).map { OutboxSender.overLimit($0) }
      ?? pacer.wait(for: target).map { OutboxSender.overPace($0) }
    guard case .wait(let reason, let seconds)? = outcome else { return nil }
    return .postponed(reason: reason, after: seconds)
  }

  /// What a program wants sent counts only where the configuration lets it answer. That it wants something is then a
  /// mistake of either, and must be seen.
  private func wanted(_ answer: ProgramAnswer, _ attempt: DeliveryAttempt) -> ProgramAnswer {
    if options.sendsReplies { return answer }
    if case .result = answer { return answer }
    logger.warning(
      "answer not sent because the handler has no reply",
      metadata: ["event_id": "\(Shown.line(attempt.event.eventID))"]
    )
    return .result(.delivered)
  }

  /// Puts the attachments' paths into what the program sees; a result where that has to be tried again.
  private func fetchAttachments(_ attempt: inout DeliveryAttempt) async -> DeliveryResult? {
    guard let attachments else { return nil }
    switch await attachments.fetch(attempt.message) {
    case .ready(let view): attempt.message = view
    case .later(let reason): return Task.isCancelled ? .interrupted : .retry(reason: reason)
    }
    return nil
  }

  private func conclude(
    _ answer: ProgramAnswer,
    _ target: AnswerTarget?,
    _ attempt: DeliveryAttempt,
    _ signs: ChatSigns?
  ) async -> DeliveryResult {
    let outbox: Outbox?
    switch reading(answer, target) {
    case .success(let read): outbox = read
    case .failure(let problem):
      await signs?.end(messageFollows: false)
      if case .result(let result) = answer { return result }
      return refuse(problem, attempt)
    }
    guard let outbox, let linq else {
      await signs?.end(messageFollows: false)
      if case .result(let result) = answer { return result }
      return outbox == nil ? .delivered : refuse(Self.noClient, attempt)
    }
    do { try await attempt.keep(outbox.bytes) } catch {
      await signs?.end(messageFollows: false)
      return Task.isCancelled
        ? .interrupted : .retry(reason: "The answer could not be kept on disk, so nothing was sent: \(error)")
    }
    await signs?.end(messageFollows: outbox.actions.contains { $0.kind == .reply })
    return await sender(linq).send(outbox, for: attempt)
  }

  private static let noClient = ActionProblem(
    "The program wants something sent, and there is no token of Linq's. Set linq.token."
  )

  /// What the program wants done; nil for nothing.
  private func reading(_ answer: ProgramAnswer, _ target: AnswerTarget?) -> Result<Outbox?, ActionProblem> {
    Result { () throws(ActionProblem) in
      let version = linq?.version ?? .v3
      let reader = ActionReader(version: version, hasMessage: target == nil || target?.messageID != nil)
      let actions = try reader.actions(in: answer)
      guard !actions.isEmpty else { return nil }
      guard let target else {
        throw ActionProblem(
          "The event belongs to no chat, so there is nowhere to send the answer to. Nothing was sent."
        )
      }
      return Outbox(target: target, actions: actions)
    }
  }

  private func refuse(_ problem: ActionProblem, _ attempt: DeliveryAttempt) -> DeliveryResult {
    statistics.count(.invalid, .dead, handler: options.name)
    logger.warning(
      "answer cannot be sent",
      metadata: ["event_id": "\(Shown.line(attempt.event.eventID))", "error": "\(problem)"]
    )
    return .dead(reason: problem.description)
  }

  private func resume(_ kept: [UInt8], _ attempt: DeliveryAttempt) async -> DeliveryResult {
    guard let linq else { return .retry(reason: Self.noClient.description) }
    do throws(ActionProblem) {
      return await sender(linq).send(try Outbox(kept: kept, version: linq.version), for: attempt)
    } catch { return refuse(error, attempt) }
  }

  private func sender(_ linq: LinqClient) -> OutboxSender {
    OutboxSender(
      handler: options.name,
      linq: linq,
      limiter: limiter,
      pacer: pacer,
      statistics: statistics,
      logger: logger
    )
  }
}
