import Foundation
import LinqhookConfiguration

/// Configuration files. What is read must be read back from what `check --print` says, and no sentence may hold
/// the secret of the environment.
struct ConfigurationTarget: FuzzTarget {
  private static let secret = "canary-of-the-environment"
  private static let environment = ["LINQ_WEBHOOK_SECRET": secret, "HOME": "/nonexistent"]
  private let path = "\(NSTemporaryDirectory())/linqhook-fuzz-\(UUID().uuidString).yaml"

  func run(_ input: [UInt8]) {
    write(input, to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    do throws(ConfigurationError) {
      let loaded = try SettingsLoader.load(file: path, environment: Self.environment)
      check(loaded.settings)
    } catch {
      claim(!error.description.contains(Self.secret), "An error holds a secret.")
    }
  }

  private func check(_ settings: Settings) {
    let text = SettingsPrinter.yaml(settings)
    claim(!text.contains(Self.secret), "The printed settings hold a secret.")
    // A secret that stood in the file is printed as ***, which is another one.
    guard !text.contains("***") else { return }
    write(Array(text.utf8), to: path)
    do throws(ConfigurationError) {
      let again = try SettingsLoader.load(file: path, environment: Self.environment).settings
      claim(again == settings, "The printed settings are others:\n\(text)")
    } catch {
      fatalError("The printed settings are refused: \(error)\n\(text)")
    }
  }
}
