import ArgumentParser
import LinqhookConfiguration
import LinqhookDaemon

/// `linqhook serve`: the receiver.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Receives, verifies, deduplicates, stores and delivers.",
    discussion: """
      Prints one line when it is ready: the address that it listens on. SIGTERM drains and stops, SIGHUP
      reloads the configuration, SIGUSR1 reopens files.

      Example:
        linqhook serve --config /etc/linqhook/linqhook.yaml
      """
  )

  @OptionGroup var configuration: ConfigurationOption

  @Option(help: "host:port, [::1]:port, unix:/path or systemd; overrides the file and the environment.")
  var listen: String?

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel: String?

  @Option(help: "text or json.")
  var logFormat: String?

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let options = LaunchOptions(
        configurationFile: configuration.config,
        overrides: SettingsOverrides(listen: listen, logLevel: logLevel, logFormat: logFormat)
      )
      do throws(DaemonError) {
        try await Daemon(options).run()
      } catch {
        throw CommandFailure(error)
      }
    }
  }
}

extension CommandFailure {
  init(_ error: DaemonError) {
    let status: ExitStatus =
      switch error.kind {
      case .configuration: .badConfiguration
      case .unavailable: .unavailable
      case .inputOutput: .inputOutput
      case .badData: .badData
      }
    self.init(status, error.description)
  }
}
