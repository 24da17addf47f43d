import Answering
import Handlers
import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookHTTPClient
import Logging

/// Makes the built-in handlers from their settings.
enum BuiltInHandlers {
  static let factories: [String: HandlerRegistry.Factory] = [
    "log": log, "file": file, "shell": shell, "worker": worker, "http": http, "media": media,
  ]

  @Sendable private static func log(_ context: HandlerContext) throws -> HandlerRegistration.Target {
    guard case .log(let settings) = context.settings.kind else { throw WrongKind() }
    return .batch(
      Handlers.LogHandler(
        options: LogHandlerOptions(
          level: Logger.Level(settings.level),
          redacts: settings.redacts
        ),
        logger: context.logger,
        waitUntilLogged: context.waitUntilLogged
      )
    )
  }

  @Sendable private static func file(_ context: HandlerContext) throws -> HandlerRegistration.Target {
    guard case .file(let settings) = context.settings.kind else { throw WrongKind() }
    return .batch(
      FileHandler(
        options: FileHandlerOptions(
          path: settings.path,
          format: settings.format == .payload ? .payload : .envelope,
          sync: .init(settings.sync),
          rotation: settings.rotation.map { .init($0) },
          mode: settings.mode?.bits
        ),
        logger: context.logger
      )
    )
  }

  @Sendable private static func shell(_ context: HandlerContext) throws -> HandlerRegistration.Target {
    guard case .shell(let settings) = context.settings.kind else { throw WrongKind() }
    let handler = ShellHandler(
      options: ShellHandlerOptions(
        name: context.settings.name,
        command: settings.program.command,
        environment: settings.program.environment,
        workingDirectory: settings.program.workingDirectory,
        input: .init(settings.program.input),
        reply: .init(settings.answering.reply),
        timeout: settings.timeout
      ),
      daemonEnvironment: context.environment,
      logger: context.logger
    )
    return try context.target(handler, settings.answering)
  }

  @Sendable private static func worker(_ context: HandlerContext) throws -> HandlerRegistration.Target {
    guard case .worker(let settings) = context.settings.kind else { throw WrongKind() }
    let handler = WorkerHandler(
      options: WorkerHandlerOptions(
        name: context.settings.name,
        command: settings.program.command,
        environment: settings.program.environment,
        workingDirectory: settings.program.workingDirectory,
        includesMessage: settings.program.input == .message,
        processes: context.settings.concurrency,
        window: settings.window,
        timeout: settings.timeout
      ),
      daemonEnvironment: context.environment,
      logger: context.logger
    )
    return try context.target(handler, settings.answering)
  }

  @Sendable private static func media(_ context: HandlerContext) throws -> HandlerRegistration.Target {
    guard case .media(let settings) = context.settings.kind else { throw WrongKind() }
    let client = try context.services.client(context.linq)
    return .single(MediaHandler(try context.attachments(settings.attachments, client)))
  }

  @Sendable private static func http(_ context: HandlerContext) throws -> HandlerRegistration.Target {
    guard case .http(let settings) = context.settings.kind else { throw WrongKind() }
    let signer = try settings.secret.map {
      try SignatureSigner(scheme: .standard, secret: try Secret($0.text.reveal()))
    }
    return .single(
      try HTTPForwardHandler(
        options: HTTPForwardHandlerOptions(
          url: settings.url,
          signer: signer,
          headers: settings.headers.map { HTTPField($0.name, $0.value.text.reveal()) },
          timeout: settings.timeout,
          finalStatuses: Set(settings.finalStatuses),
          maxConnections: context.settings.concurrency,
          certificateAuthorityFile: settings.certificateAuthorityFile
        )
      )
    )
  }

  /// A factory was asked for settings of another type: a fault of the registry.
  private struct WrongKind: Error, CustomStringConvertible {
    let description = "its settings are of another type; this is a fault of linqhook."
  }
}

extension HookReply {
  init(_ mode: ReplyMode) {
    switch mode {
    case .off: self = .off
    case .text: self = .text
    case .actions: self = .actions
    }
  }
}

extension HookInput {
  init(_ input: ProgramInput) {
    switch input {
    case .event: self = .event
    case .message: self = .message
    case .text: self = .text
    }
  }
}

extension FileHandlerOptions.Sync {
  init(_ name: SyncName) {
    switch name {
    case .always: self = .always
    case .interval: self = .interval(seconds: 1)
    case .never: self = .never
    }
  }
}

extension FileHandlerOptions.Rotation {
  init(_ settings: RotationSettings) {
    self.init(
      maxBytes: settings.bytes.map(Int64.init),
      maxAge: settings.age,
      keep: settings.keep,
      compresses: settings.compresses
    )
  }
}
