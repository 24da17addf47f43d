// A custom receiver that answers: the whole daemon, with one more handler type. The documentation shows this file.
import Linqhook

/// Likes each message and sends it back, the last letter first.
struct Echo: Responder {
  func respond(to message: MessageView, of event: StoredEvent) async throws -> [Action] {
    guard let text = message.text, !text.isEmpty else { return [] }
    return [.react(.tapback(.like)), .reply(String(text.reversed()))]
  }
}

@main struct EchoBot {
  static func main() async throws {
    var registry = HandlerRegistry()
    registry.register(responder: "echo") { _ in Echo() }
    try await Daemon(LaunchOptions(), registry: registry).run()
  }
}
