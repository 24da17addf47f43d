import LinqhookConfiguration
import LinqhookInbox
import Logging

/// What a start says it will do: addresses, endpoints, handlers, the store.
struct StartReport {
  private let lines: [(message: String, metadata: Logger.Metadata)]

  init(_ loaded: LoadedSettings, _ receiver: Receiver) {
    let settings = loaded.settings
    let inbox = receiver.inbox.statistics
    var lines: [(String, Logger.Metadata)] = [
      (
        "linqhook starting",
        [
          "version": "\(LinqhookVersion.current)",
          "configuration": "\(loaded.sourcePath ?? "defaults and environment")",
        ]
      ),
      (
        "inbox open",
        [
          "path": "\(settings.inbox.path)", "durability": "\(settings.inbox.durability.rawValue)",
          "bytes": "\(inbox.bytes)", "ids": "\(inbox.dedupEntries)", "pending": "\(inbox.pendingEvents)",
        ]
      ),
    ]
    for handler in settings.handlers {
      lines.append(
        (
          "handler ready",
          [
            "handler": "\(handler.name)", "type": "\(handler.kind.typeName)",
            "events": "\(handler.events.joined(separator: " "))",
          ]
        )
      )
    }
    for endpoint in settings.endpoints {
      lines.append(
        (
          "endpoint open",
          [
            "path": "\(endpoint.path)", "secrets": "\(endpoint.secrets.count)",
            "schemes": "\(endpoint.schemes.map(\.rawValue).joined(separator: " "))",
          ]
        )
      )
    }
    lines.append(
      (
        "listening",
        [
          "listen": "\(receiver.addresses.joined(separator: " "))",
          "admin": "\(receiver.adminAddresses.joined(separator: " "))",
        ]
      )
    )
    self.lines = lines
  }

  func log(to logger: Logger) {
    for line in lines { logger.info("\(line.message)", metadata: line.metadata) }
  }
}
