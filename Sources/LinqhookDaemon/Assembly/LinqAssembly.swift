public import LinqAPI
import LinqEvents
public import LinqhookConfiguration
public import LinqhookHTTPClient

// From the settings of `linq` to the client that calls it, and to what its subscriptions are compared with.

extension APIVersion {
  /// The version that the configuration names.
  public init(_ name: LinqAPIName) {
    self =
      switch name {
      case .v2: .v2
      case .v3: .v3
      }
  }
}

extension LinqClient {
  /// A client as the settings say; `token` is theirs.
  public init(
    _ settings: LinqSettings,
    token: ConfiguredSecret,
    http: HTTPClient,
    timeout: Duration,
    maxWait: Duration
  ) throws(LinqAPIError) {
    self.init(
      address: try ServiceAddress(parsing: settings.url),
      token: try IntegrationToken(token.text.reveal()),
      version: APIVersion(settings.api),
      http: http,
      timeout: timeout,
      maxWait: maxWait
    )
  }
}

extension SubscriptionAudit {
  /// The comparison of a receiver of these settings with what Linq has.
  public init(_ settings: Settings, publicURL: String? = nil, version: APIVersion) {
    self.init(
      paths: Dictionary(
        settings.endpoints.map { ($0.path, !$0.allowsUnsigned) },
        uniquingKeysWith: { $0 || $1 }
      ),
      publicURL: publicURL,
      handlers: settings.handlers.map { Handler(name: $0.name, events: $0.events) },
      version: version
    )
  }
}
