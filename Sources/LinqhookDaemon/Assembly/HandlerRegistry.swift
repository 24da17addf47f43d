public import LinqhookConfiguration
public import LinqhookDelivery
public import Logging

/// What a handler type is given to make a handler from.
public struct HandlerContext: Sendable {
  /// The handler's settings; for custom types the options are in `kind` as `custom`.
  public let settings: HandlerSettings
  /// A logger that names the handler.
  public let logger: Logger
  /// The daemon's own environment, for programs that are passed a part of it.
  public let environment: [String: String]
  /// How Linq is called.
  let linq: LinqSettings
  /// What all handlers share that do something at Linq.
  let services: LinqServices
  /// Returns when everything that was logged before is out, or the task is cancelled.
  let waitUntilLogged: @Sendable () async -> Void

  /// The keys of a handler of a custom type, beside those that every handler takes.
  public var options: [String: ConfigurationValue] {
    if case .custom(_, let options, _) = settings.kind { options } else { [:] }
  }
}

/// An option of a custom handler type is missing or of another form.
public struct HandlerOptionError: Error, CustomStringConvertible {
  /// A whole sentence.
  public let description: String

  /// Says that `key` must be given and what it must be, for example `a folder`.
  public init(_ key: String, mustBe form: String) {
    description = "its option `\(key)` must be given and be \(form)."
  }
}

/// The handler types that the configuration can name. The built-in ones are always there; a custom program
/// adds others and runs the whole daemon with them.
public struct HandlerRegistry: Sendable {
  /// Makes a handler from its settings; throws a sentence for the operator.
  public typealias Factory = @Sendable (HandlerContext) throws -> HandlerRegistration.Target

  /// For handlers by which the log is the delivery.
  var waitUntilLogged: @Sendable () async -> Void = {}
  private var factories: [String: Factory]

  /// The built-in types.
  public init() { factories = BuiltInHandlers.factories }

  /// Adds a custom type, named by `type:` in the configuration. A built-in name cannot be replaced:
  /// that would make a documented configuration mean something else.
  public mutating func register(_ type: String, factory: @escaping Factory) {
    precondition(factories[type] == nil, "The handler type \(type) is registered already.")
    factories[type] = factory
    customTypes.insert(type)
  }

  /// The types that were added.
  public private(set) var customTypes: Set<String> = []
  /// Those of them that answer.
  public internal(set) var answeringTypes: Set<String> = []

  /// Makes the registration of one handler.
  func registration(
    _ settings: HandlerSettings,
    linq: LinqSettings,
    services: LinqServices,
    logger: Logger,
    environment: [String: String]
  ) throws(DaemonError) -> HandlerRegistration {
    guard let factory = factories[settings.kind.typeName] else {
      throw .handler(name: settings.name, reason: "there is no handler type \(settings.kind.typeName).")
    }
    var logger = logger
    logger[metadataKey: "handler"] = "\(settings.name)"
    do {
      let target = try factory(
        HandlerContext(
          settings: settings,
          logger: logger,
          environment: environment,
          linq: linq,
          services: services,
          waitUntilLogged: waitUntilLogged
        )
      )
      return try HandlerRegistration(settings, linq: linq, target: target)
    } catch {
      throw .handler(name: settings.name, reason: "\(error)")
    }
  }
}
