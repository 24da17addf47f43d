import Foundation
import LinqhookConfiguration
import TestKit

extension TemporaryFolder {
  /// Loads `yaml` as `linqhook.yaml` of this folder.
  func load(
    _ yaml: String,
    environment: [String: String] = TemporaryFolder.environment,
    overrides: SettingsOverrides = SettingsOverrides(),
    customHandlerTypes: Set<String> = [],
    answeringHandlerTypes: Set<String> = []
  ) throws -> LoadedSettings {
    try SettingsLoader.load(
      file: try write("linqhook.yaml", yaml),
      environment: environment,
      overrides: overrides,
      customHandlerTypes: customHandlerTypes,
      answeringHandlerTypes: answeringHandlerTypes,
      systemFile: "\(path)/none"
    )
  }

  /// The problems of `yaml`, with the folder taken out of them; empty when there are none.
  func problems(_ yaml: String, environment: [String: String] = TemporaryFolder.environment) throws
    -> [String]
  {
    do {
      _ = try load(yaml, environment: environment)
      return []
    } catch let error as ConfigurationError {
      return error.problems.map { shorten($0) }
    }
  }

  func shorten(_ problem: Problem) -> String {
    problem.description.replacingOccurrences(of: path + "/", with: "")
  }

  /// The least that a configuration needs from outside.
  static let environment = ["HOME": "/home/linq", "LINQ_WEBHOOK_SECRET": "golden-secret-4711"]
}

/// The error of a call that has to fail.
func configurationError(_ body: () throws -> LoadedSettings) throws -> ConfigurationError {
  do {
    _ = try body()
  } catch let error as ConfigurationError {
    return error
  }
  throw MissingError()
}

struct MissingError: Error {}
