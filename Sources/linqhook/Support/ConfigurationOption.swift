import ArgumentParser
import Foundation
import LinqhookConfiguration

/// Which configuration a command works with.
struct ConfigurationOption: ParsableArguments {
  @Option(
    help: """
      The configuration file; by default $LINQHOOK_CONFIG, else /etc/linqhook/linqhook.yaml if it exists.
      """
  )
  var config: String?

  private static let systemFile = "/etc/linqhook/linqhook.yaml"

  /// - Parameter isCheck: Whether they are only looked at, perhaps without what the service alone can read.
  func load(isCheck: Bool = false) throws(CommandFailure) -> LoadedSettings {
    try read { file, environment throws(ConfigurationError) in
      try SettingsLoader.load(file: file, environment: environment, isCheck: isCheck)
    }
  }

  /// Where the inbox is; needs neither secrets nor anything else of the configuration to be good.
  func inboxPath() throws(CommandFailure) -> String {
    try read { file, environment throws(ConfigurationError) in
      try SettingsLoader.inboxPath(file: file, environment: environment)
    }
  }

  /// What is needed to open the inbox of a receiver that does not run; no secrets are.
  func storeSettings() throws(CommandFailure) -> Settings {
    try read { file, environment throws(ConfigurationError) in
      try SettingsLoader.storeSettings(file: file, environment: environment)
    }
  }

  /// Where health is served, nil where it is turned off; the caller may not have the receiver's secrets.
  func adminListen() throws(CommandFailure) -> ListenSettings? {
    try read { file, environment throws(ConfigurationError) in
      try SettingsLoader.adminListen(file: file, environment: environment)
    }
  }

  /// How Linq is called; nothing else of the configuration is looked at. A user with a token of their own need not be
  /// allowed to read the service's configuration, so that one is left out then.
  func linqSettings(_ environment: [String: String]) throws(CommandFailure) -> LinqSettings {
    let isSet = { (name: String) in environment[name].map { !$0.isEmpty } == true }
    let hasToken = isSet("LINQ_INTEGRATION_TOKEN") || isSet("LINQ_INTEGRATION_TOKEN_FILE")
    let isOutOfReach =
      config == nil && !isSet("LINQHOOK_CONFIG")
      && !FileManager.default.isReadableFile(atPath: Self.systemFile)
    do throws(ConfigurationError) {
      return try SettingsLoader.linqSettings(
        file: config,
        environment: environment,
        systemFile: hasToken && isOutOfReach ? "" : Self.systemFile
      )
    } catch {
      throw CommandFailure(.badConfiguration, error.description)
    }
  }

  private func read<Value>(
    _ read: (String?, [String: String]) throws(ConfigurationError) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(ConfigurationError) {
      return try read(config, ProcessInfo.processInfo.environment)
    } catch {
      throw CommandFailure(.badConfiguration, error.description)
    }
  }
}
