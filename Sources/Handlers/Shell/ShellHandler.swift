// One process an event: the event's bytes on standard input, the fields that matter in the environment, and
// the exit status as the verdict. See the contract's section on handlers.
//
// A hook is over when it exits: what it leaves running is ended with it, by SIGTERM and after 5 s by SIGKILL, or each event
// could leave a process behind. A hook that is ended for its time-out takes all of them along, too.

internal import ChildProcesses
public import LinqhookDelivery
internal import LinqhookInbox
public import Logging
internal import ShownText

/// Runs a program for each event.
public struct ShellHandler: AnsweringHandler {
  /// `EX_DATAERR` of sysexits.h: this event will never go through.
  private static let deadStatus: Int32 = 65

  private let options: ShellHandlerOptions
  private let environment: HookEnvironment
  private let logger: Logger

  /// A handler that runs hooks as its options say.
  ///
  /// - Parameters:
  ///   - options: how hooks are run.
  ///   - daemonEnvironment: what the listed names are taken from.
  ///   - logger: where the hooks' output and troubles go.
  public init(options: ShellHandlerOptions, daemonEnvironment: [String: String], logger: Logger) {
    self.options = options
    environment = HookEnvironment(
      handler: options.name,
      listed: options.environment,
      daemon: daemonEnvironment
    )
    var logger = logger
    logger[metadataKey: "handler"] = .string(options.name)
    self.logger = logger
  }

  /// Says what will not work. A program may still be installed later, so this is no reason not to start.
  public func start() async throws {
    environment.warn(of: options.command, in: options.workingDirectory, logger)
  }

  /// Runs the hook once, and sends nothing of what it prints.
  public func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    if case .result(let result) = await answer(attempt) { return result }
    return .delivered
  }

  /// Runs the hook once. What it prints is its answer where the options say so, and only when it succeeds.
  public func answer(_ attempt: DeliveryAttempt) async -> ProgramAnswer {
    var logger = logger
    logger[metadataKey: "event_id"] = .string(Shown.line(attempt.event.eventID))
    let run = HookRun(
      output: HookOutput(logger: logger, level: options.outputLevel, maxBytes: options.maxOutputBytes),
      capturesOutput: options.reply != .off
    )
    do {
      let end = try await run.wait(
        for: command(attempt),
        input: options.input.bytes(of: attempt),
        options
      )
      let result = verdict(end, errorTail: run.finish())
      guard result == .delivered else { return .result(result) }
      switch options.reply {
      case .off: return .result(.delivered)
      case .text: return .text(run.answer)
      case .actions: return .lines(run.answer)
      }
    } catch {
      return .result(.retry(reason: error.description))
    }
  }

  private func command(_ attempt: DeliveryAttempt) -> ChildCommand {
    ChildCommand(
      arguments: options.command,
      environment: environment.variables(for: attempt),
      workingDirectory: options.workingDirectory,
      searchPath: environment.searchPath,
      markers: HookEnvironment.markers
    )
  }

  private func verdict(_ end: ChildEnd, errorTail: String) -> DeliveryResult {
    let tail = errorTail.isEmpty ? "" : " stderr: \(errorTail)"
    switch (end.cause, end.status) {
    case (.timeout, _):
      return .retry(reason: "The hook ran for more than \(options.timeout.secondsText) s.\(tail)")
    case (.request, _): return .retry(reason: "The hook was ended before it was done.\(tail)")
    case (nil, .exited(0)): return .delivered
    case (nil, .exited(Self.deadStatus)):
      return .dead(reason: "The hook refused the event (status 65).\(tail)")
    case (nil, .exited(let status)):
      return .retry(reason: "The hook failed with status \(status).\(hint(status))\(tail)")
    case (nil, .signalled(let signal)):
      return .retry(reason: "The hook was ended by signal \(signal).\(tail)")
    }
  }

  /// 126 and 127 are what shells and `env` say of a program that they cannot start or find.
  private func hint(_ status: Int32) -> String {
    guard status == 126 || status == 127 else { return "" }
    let hint = ScriptCheck.hint(
      command: options.command,
      searchPath: environment.programPath,
      workingDirectory: options.workingDirectory
    )
    return hint.map { " \($0)" } ?? ""
  }
}
