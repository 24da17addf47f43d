import LinqhookConfiguration
import TestKit
import Testing

@testable import linqhook_bench

@Suite struct ReceiverConfigurationTests {
  @Test(arguments: [
    Receiver.Options(), .stuck, Receiver.Options(handlers: 4, hook: "/bin/true", cores: 1),
    Receiver.Options(worker: ("\"/bin/cat\"", "event")),
    Receiver.Options(worker: ("/bin/cat, answer-events", "message")),
    Receiver.Options(worker: ("/bin/cat, answer-events", "message"), linqURL: "http://127.0.0.1:1"),
  ])
  func theReceiverTakesTheBenchmarksConfiguration(options: Receiver.Options) throws {
    let folder = try TemporaryFolder()
    let text = Receiver.configuration(folder.path, adminPort: 9464, options)
    let file = try folder.write("linqhook.yaml", text)
    let settings = try SettingsLoader.load(file: file, environment: [:]).settings
    #expect(settings.limits.connections == 8000)
    #expect(
      settings.handlers.count == options.handlers + (options.hook == nil ? 0 : 1)
        + (options.worker == nil ? 0 : 1)
    )
  }

  @Test func theBenchmarksWorkerAnswersByTheIDOfTheLine() {
    let line = Array(#"{"id":"e-1","attempt":1,"event":{"id":"other"}}"#.utf8)
    #expect(
      String(decoding: WorkerAnswer.bytes(to: line[...]), as: UTF8.self)
        == "{\"id\":\"e-1\",\"result\":\"ok\"}\n"
    )
    #expect(
      String(decoding: WorkerAnswer.bytes(to: line[...], replies: true), as: UTF8.self)
        == "{\"id\":\"e-1\",\"result\":\"ok\",\"actions\":[{\"reply\":\"e-1\"}]}\n"
    )
    #expect(WorkerAnswer.bytes(to: Array("hello".utf8)[...]).isEmpty)
  }
}
