import Ingress
public import LinqhookConfiguration
import LinqhookDelivery
import LinqhookInbox
import Logging
import MicroHTTP
import SQLiteInbox

/// Answers the control API over an inbox that no receiver has, in the process of the command. It holds the
/// instance lock until `close`, so that no receiver can start meanwhile.
public struct StoppedReceiver: Sendable {
  private let inbox: SQLiteInbox
  private let control: ControlService

  /// Opens the inbox of these settings.
  ///
  /// - Parameters:
  ///   - verifies: whether requests may be let in; the settings then hold all endpoints with their secrets.
  ///   - onDiagnostic: hears sentences about the inbox that no answer tells.
  /// - Throws: `DaemonError` where another process has the inbox, or it cannot be opened.
  public init(
    _ settings: Settings,
    verifies: Bool = false,
    onDiagnostic: @escaping @Sendable (String) -> Void
  ) throws(DaemonError) {
    let routing: RoutingTable
    let rules: [StoppedDeliveries.Rule]
    let endpoints: [EndpointKeys]?
    do {
      endpoints = verifies ? try EndpointKeys.all(in: settings) : nil
      routing = try RoutingTable(settings)
      rules = try settings.handlers.map(StoppedDeliveries.Rule.init)
    } catch {
      throw Receiver.daemonError(error)
    }
    let inbox: SQLiteInbox
    do {
      inbox = try SQLiteInbox.open(
        SQLiteStorage(settings.inbox),
        limits: InboxLimits(settings),
        endpoints: endpoints
      ) {
        onDiagnostic($0.description)
      }
    } catch {
      throw .inbox(error)
    }
    self.inbox = inbox
    control = ControlService(
      inbox: inbox,
      deliveries: StoppedDeliveries(store: inbox, rules: rules),
      review: QuarantineReview(inbox: inbox) { routing },
      inboxPath: settings.inbox.path,
      isRunning: false,
      // The command itself says what became of it.
      logger: Logger(label: "linqhook") { _ in SwiftLogNoOpLogHandler() }
    )
  }

  /// Answers one request of the control API. `target` is a path with its query.
  public func respond(method: String, target: String) async -> (status: Int, body: [UInt8]) {
    let response = await control.respond(to: HTTPSnapshot(method: method, target: target))
    return (response.status, response.body)
  }

  /// Closes the inbox and lets go of its lock.
  public func close() async { await inbox.close() }
}

extension StoppedDeliveries.Rule {
  init(_ settings: HandlerSettings) throws {
    self.init(
      handler: settings.name,
      filter: try EventFilter(settings),
      order: settings.order == .chat ? .chat : .none
    )
  }
}
