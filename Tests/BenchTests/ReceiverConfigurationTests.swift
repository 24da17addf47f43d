import LinqhookConfiguration
import TestKit
import Testing

@testable import linqhook_bench

@Suite struct ReceiverConfigurationTests {
  @Test(arguments: [Receiver.Options(), .stuck, Receiver.Options(handlers: 4, hook: "/bin/true", cores: 1)])
  func theReceiverTakesTheBenchmarksConfiguration(options: Receiver.Options) throws {
    let folder = try TemporaryFolder()
    let text = Receiver.configuration(folder.path, adminPort: 9464, options)
    let file = try folder.write("linqhook.yaml", text)
    let settings = try SettingsLoader.load(file: file, environment: [:]).settings
    #expect(settings.limits.connections == 8000)
    #expect(settings.handlers.count == options.handlers + (options.hook == nil ? 0 : 1))
  }
}
