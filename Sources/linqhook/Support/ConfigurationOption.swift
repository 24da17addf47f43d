import ArgumentParser
import Configuration
import Foundation

/// Which configuration a command works with.
struct ConfigurationOption: ParsableArguments {
  @Option(
    help: """
      The configuration file; by default $LINQHOOK_CONFIG, else /etc/linqhook/linqhook.yaml if it exists.
      """
  )
  var config: String?

  func load() throws(CommandFailure) -> LoadedSettings {
    do throws(ConfigurationError) {
      return try SettingsLoader.load(
        file: config,
        environment: ProcessInfo.processInfo.environment,
        overrides: SettingsOverrides()
      )
    } catch {
      throw CommandFailure(.badConfiguration, error.description)
    }
  }
}
