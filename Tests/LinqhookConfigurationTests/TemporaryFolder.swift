import Foundation
import LinqhookConfiguration

/// A folder of one test's own, gone when the test is over.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("linqhook-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file and returns its path; folders on the way are made.
  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>, mode: Int = 0o600) throws -> String {
    let file = "\(path)/\(name)"
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
    try write(name, text.utf8, mode: mode)
  }

  /// Loads `yaml` as `linqhook.yaml` of this folder.
  func load(
    _ yaml: String,
    environment: [String: String] = TemporaryFolder.environment,
    overrides: SettingsOverrides = SettingsOverrides(),
    customHandlerTypes: Set<String> = []
  ) throws -> LoadedSettings {
    try SettingsLoader.load(
      file: try write("linqhook.yaml", yaml),
      environment: environment,
      overrides: overrides,
      customHandlerTypes: customHandlerTypes,
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
