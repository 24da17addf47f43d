import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookInbox
import MicroHTTP
import SQLiteInbox

// From settings to the modules' own values: the only place that knows both.

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// Seconds with their fraction.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension HTTPLimits {
  init(_ settings: LimitSettings) {
    self.init()
    maxConnections = settings.connections
    maxConnectionsPerAddress = settings.connectionsPerAddress
    maxHeaderBytes = settings.headerBytes
    requestTimeoutSeconds = settings.requestTimeout.inSeconds
    idleTimeoutSeconds = settings.idleTimeout.inSeconds
  }
}

extension HTTPServerConfiguration {
  mutating func setSocket(_ settings: SocketSettings) {
    unixSocketMode = UInt32(settings.mode)
    unixSocketGroup = settings.group
  }
}

extension SQLiteStorage {
  init(_ settings: InboxSettings) {
    self.init(
      path: settings.path,
      durability: settings.durability == .full ? .full : .normal,
      allowsUnsafeStorage: settings.allowsUnsafeStorage
    )
  }
}

extension InboxLimits {
  init(_ settings: Settings) {
    self.init()
    dedupWindowMilliseconds = settings.inbox.dedup.window.milliseconds
    maxDedupEntries = settings.inbox.dedup.maxEntries
    retentionMilliseconds = settings.inbox.retention.milliseconds
    maxPendingEvents = settings.inbox.maxPending
    maxBytes = Int64(settings.inbox.maxBytes)
    maxQuarantineEntries = settings.quarantine.maxEntries
    maxQuarantineBytes = settings.quarantine.maxBytes
  }
}

extension EndpointKeys {
  /// The endpoints of the settings as the inbox needs to know them.
  static func all(in settings: Settings) throws -> [EndpointKeys] {
    try settings.endpoints.map { endpoint in
      EndpointKeys(
        path: endpoint.path,
        keys: try endpoint.secrets.flatMap { KeyReading.keys(of: try Secret($0.text.reveal())) },
        toleranceMilliseconds: endpoint.tolerance.milliseconds
      )
    }
  }
}

extension RoutingTable {
  convenience init(_ settings: Settings) throws {
    self.init(
      endpoints: try settings.endpoints.map(Endpoint.init),
      trustedProxies: settings.trustedProxies.compactMap { range in
        IPAddress(bytes: range.addressBytes).map { AddressBlock($0, prefixBits: range.prefixBits) }
      }
    )
  }
}

extension Endpoint {
  init(_ settings: EndpointSettings) throws {
    let secrets = try settings.secrets.map { try Secret($0.text.reveal()) }
    let schemes = Set(settings.schemes.compactMap { SignatureScheme(rawValue: $0.rawValue) })
    let toleranceSeconds = settings.tolerance.components.seconds
    self.init(
      path: settings.path,
      verifier: secrets.isEmpty
        ? nil
        : try SignatureVerifier(secrets: secrets, schemes: schemes, toleranceSeconds: toleranceSeconds),
      allowsUnsigned: settings.allowsUnsigned,
      maxBodyBytes: settings.maxBodyBytes,
      badSignatureStatus: settings.answers.badSignature,
      staleStatus: settings.answers.stale,
      acceptedFields: settings.answers.headers.map { HTTPHeaderField($0.name, $0.value.text.reveal()) },
      explanation: { headers, body, nowSeconds in
        let explanation = try? SignatureExplanation(
          of: headers,
          body: body,
          secrets: secrets,
          schemes: schemes,
          toleranceSeconds: toleranceSeconds,
          nowSeconds: nowSeconds
        )
        return explanation?.sentences ?? []
      }
    )
  }
}

extension ListenSettings {
  /// The addresses to listen on; for `systemd` the sockets that it handed over.
  func addresses(handedOver: [Int32]) throws(DaemonError) -> [ListenAddress] {
    switch self {
    case .tcp(let host, let port): return [.tcp(host: host, port: UInt16(port))]
    case .unix(let path): return [.unix(path: path)]
    case .systemd:
      if handedOver.isEmpty { throw .noSocketsHandedOver }
      return handedOver.map(ListenAddress.descriptor)
    }
  }
}
