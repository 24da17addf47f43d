// A custom receiver: the whole daemon, with one more handler type. The documentation shows this file.
import Foundation
import Linqhook

/// Puts each event's bytes into a folder, as a file named by its place in the order of acceptance.
struct FolderHandler: EventHandler {
  let folder: URL

  func handle(_ attempt: DeliveryAttempt) async -> DeliveryResult {
    let file = folder.appending(path: "\(attempt.event.sequence).json")
    do { try Data(attempt.event.payload).write(to: file, options: .atomic) } catch {
      return .retry(reason: "\(file.path) cannot be written: \(error)")
    }
    return .delivered
  }
}

@main struct ExampleReceiver {
  static func main() async throws {
    var registry = HandlerRegistry()
    registry.register("folder") { context in
      guard case .text(let path)? = context.options["path"] else {
        throw HandlerOptionError("path", mustBe: "a folder")
      }
      return .single(FolderHandler(folder: URL(filePath: path)))
    }
    try await Daemon(LaunchOptions(), registry: registry).run()
  }
}
