/// How linqhook itself calls Linq: for the watch of the subscriptions, for `linqhook api`, for answers.
public struct LinqSettings: Sendable, Equatable {
  /// The integration token; nil where there is none, and then Linq is not called.
  public var token: ConfiguredSecret?
  /// The version of the API.
  public var api: LinqAPIName
  /// Scheme and host of the API.
  public var url: String
  /// The only hosts that attachments are fetched from: names, or `*.` before one.
  public var attachmentHosts: [String]
  /// How often the subscriptions are looked at.
  public var watchInterval: Duration

  /// The defaults: V3 at Linq's own address, a look every ten minutes, no token.
  public init(
    token: ConfiguredSecret? = nil,
    api: LinqAPIName = .v3,
    url: String = "https://api.linqapp.com",
    attachmentHosts: [String] = ["cdn.linqapp.com"],
    watchInterval: Duration = .seconds(600)
  ) {
    self.token = token
    self.api = api
    self.url = url
    self.attachmentHosts = attachmentHosts
    self.watchInterval = watchInterval
  }
}

/// A version of Linq's API, as the configuration names it.
public enum LinqAPIName: String, Sendable, CaseIterable {
  /// The current one.
  case v3
  /// The one of Linq's older guide.
  case v2
}
