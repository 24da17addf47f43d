public import LinqhookConfiguration
public import LinqhookDelivery
public import LinqhookInbox
public import MicroHTTP

/// Why the receiver could not start or had to stop, in words for an operator.
public enum DaemonError: Error, CustomStringConvertible {
  /// The configuration is not good.
  case configuration(ConfigurationError)
  /// The inbox cannot be opened.
  case inbox(InboxError)
  /// An address cannot be listened on.
  case listen(HTTPServerError)
  /// A handler cannot be made from its settings.
  case handler(name: String, reason: String)
  /// The handlers cannot be put in force.
  case delivery(DispatcherError)
  /// A reload would take unsigned events from an address that others can reach, because the listeners stay.
  case unsignedWhileListening(on: String)
  /// The machine allows fewer descriptors than the settings need.
  case tooFewDescriptors(allowed: Int, needed: Int)
  /// Sockets were asked for from systemd and none were handed over.
  case noSocketsHandedOver

  /// What kind of trouble it is, for an exit status.
  public enum Kind: Sendable {
    /// Something in the settings, or a machine or store that is not as they need it.
    case configuration
    /// Something that is needed is taken or not there.
    case unavailable
    /// Reading or writing failed.
    case inputOutput
    /// A file that was given is not what it must be.
    case badData
  }

  /// What kind of trouble it is.
  public var kind: Kind {
    switch self {
    case .configuration, .handler, .unsignedWhileListening, .tooFewDescriptors: .configuration
    case .listen, .noSocketsHandedOver: .unavailable
    case .delivery(let error):
      switch error.code {
      case .handlerHangs, .stopping: .unavailable
      default: .configuration
      }
    case .inbox(let error):
      switch error.code {
      case .inUse: .unavailable
      case .badCopy: .badData
      case .newerVersion, .unsafeStorage, .mixedFiles, .acknowledgedEventsLost: .configuration
      default: .inputOutput
      }
    }
  }

  /// Whole sentences for the operator.
  public var description: String {
    switch self {
    case .configuration(let error): error.description
    case .inbox(let error): error.description
    case .listen(let error): error.description
    case .handler(let name, let reason): "Handler \(name) cannot start: \(reason)"
    case .delivery(let error): error.description
    case .unsignedWhileListening(let address):
      "`allow_unsigned` must be false while linqhook listens on \(address), where others can reach it. Another `listen` takes "
        + "effect only after a restart, so restart linqhook instead of reloading it."
    case .tooFewDescriptors(let allowed, let needed):
      "This process may open \(allowed) descriptors, and limits.connections and the handlers need about \(needed). Raise the "
        + "limit (LimitNOFILE= in the unit, ulimit -n in a shell), or lower limits.connections or the handlers' concurrency."
    case .noSocketsHandedOver:
      "The configuration says `listen: systemd`, but systemd has handed over no socket. Start linqhook by "
        + "linqhook.socket, or write an address such as 127.0.0.1:8080."
    }
  }
}
