import FileTrust
import Foundation
import Ingress
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookInbox
import Logging
import MicroHTTP

/// The unix socket beside the inbox by which commands reach the running receiver.
public enum ControlSocket {
  /// The header by which a command says which inbox it means. Two inboxes in one folder would have one control
  /// socket, and the receiver that came second goes without.
  public static let inboxHeader = "Linqhook-Inbox"

  /// The value of that header: the path of the inbox as a header may hold it.
  public static func headerValue(inboxPath: String) -> String {
    inboxPath.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
  }

  /// Where the socket of an inbox is.
  public static func path(inboxPath: String) -> String {
    let folder = inboxPath.lastIndex(of: "/").map { String(inboxPath[..<$0]) } ?? "."
    return "\(folder)/control.sock"
  }

  /// Why what answers on the socket may not be the receiver of this inbox, in whole sentences: somebody else has made it, or
  /// could have. Nil where nothing speaks against it, or where there is none.
  public static func objection(inboxPath: String) -> String? {
    let path = URL(fileURLWithPath: path(inboxPath: inboxPath)).path
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return FileTrust(workingOn: path).objection(to: path)?.description
  }

  /// A review of a full quarantine and a count of a large inbox take longer than an answer to Linq may.
  static let responseTimeoutSeconds = 120.0

  /// Serves the control API on the socket, for the user of the receiver alone. Events matter more than
  /// commands: where the socket cannot be made, the reason is logged and the receiver goes on without.
  static func open(_ service: ControlService, logger: Logger) -> HTTPServer? {
    var configuration = HTTPServerConfiguration(addresses: [.unix(path: path(inboxPath: service.inboxPath))])
    configuration.loops = 1
    configuration.unixSocketMode = 0o600
    configuration.unixPeers = .ownUserAndRoot
    configuration.limits.maxConnections = 64
    configuration.limits.responseTimeoutSeconds = responseTimeoutSeconds
    do {
      try checkFolder(inboxPath: service.inboxPath)
      return try HTTPServer.start(
        configuration,
        service: HTTPClosureService(maxBodyBytes: 0) { await service.respond(to: $0) },
        onDiagnostic: logger.report
      )
    } catch {
      logger.warning(
        "no control socket; the operator's commands cannot reach this receiver",
        metadata: ["error": "\(error)"]
      )
      return nil
    }
  }

  /// Who may write to the folder could put a socket of his own there, and answer the operator's commands.
  private static func checkFolder(inboxPath: String) throws(FileObjection) {
    let socket = path(inboxPath: inboxPath)
    guard let slash = socket.lastIndex(of: "/") else { return }
    if let objection = FileTrust(environment: [:]).objection(to: String(socket[..<slash])) { throw objection }
  }
}

extension ControlService {
  /// The control API of a running receiver.
  init(
    _ settings: Settings,
    _ inbox: any Inbox,
    _ dispatcher: Dispatcher,
    _ ingress: IngressService,
    _ logger: Logger
  ) {
    self.init(
      inbox: inbox,
      deliveries: dispatcher,
      review: ingress.quarantineReview,
      inboxPath: settings.inbox.path,
      isRunning: true,
      logger: logger
    )
  }
}
