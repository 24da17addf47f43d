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

  /// How Linq is called; nothing else of the configuration is looked at.
  func linqSettings() throws(CommandFailure) -> LinqSettings {
    try read { file, environment throws(ConfigurationError) in
      try SettingsLoader.linqSettings(file: file, environment: environment)
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
