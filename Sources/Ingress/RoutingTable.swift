import LinqEvents
import RequestPaths
import Synchronization

/// The endpoints in force and whose forwarding headers are believed. Immutable; a reload puts another in its
/// place, so that a request sees either all of the old settings or all of the new ones.
public final class RoutingTable: Sendable {
  /// The proxies whose `X-Forwarded-For` and `Forwarded` are believed.
  public let trustedProxies: [AddressBlock]

  /// In the order of the configuration.
  let endpoints: [RoutedEndpoint]
  private let byPath: [String: RoutedEndpoint]
  private let byPlainPath: [String: RoutedEndpoint]

  /// A table of these endpoints. Of two with one path the first counts.
  public convenience init(endpoints: [Endpoint], trustedProxies: [AddressBlock] = []) {
    self.init(routed: endpoints.map { RoutedEndpoint($0, watch: VerificationWatch()) }, trustedProxies)
  }

  private init(routed endpoints: [RoutedEndpoint], _ trustedProxies: [AddressBlock]) {
    self.endpoints = endpoints
    self.trustedProxies = trustedProxies
    byPath = Dictionary(endpoints.map { ($0.settings.path, $0) }) { first, _ in first }
    byPlainPath = Dictionary(
      endpoints.compactMap { endpoint in PlainPath.of(endpoint.settings.path).map { ($0, endpoint) } }
    ) { first, _ in first }
  }

  /// The endpoint of a path as it was sent. Nearly all are spelt as configured; only where that finds nothing are
  /// harmless other spellings looked for (``PlainPath``).
  func endpoint(path: String) -> RoutedEndpoint? {
    byPath[path] ?? PlainPath.of(path).flatMap { byPlainPath[$0] }
  }

  /// What can verify a request, with the path that it stands for.
  var verifiers: [(path: String, verifier: SignatureVerifier)] {
    endpoints.compactMap { endpoint in
      endpoint.settings.verifier.map { (endpoint.settings.path, $0) }
    }
  }

  /// The same table in the place of another: what was seen of an endpoint goes on where a path keeps its secrets.
  func succeeding(_ old: RoutingTable) -> RoutingTable {
    let routed = endpoints.map { endpoint in
      guard let before = old.byPath[endpoint.settings.path],
        let (ours, theirs) = endpoint.settings.verifier.flatMap({ ours in
          before.settings.verifier.map { (ours, $0) }
        }), ours.verifiesAlike(theirs)
      else { return endpoint }
      return RoutedEndpoint(endpoint.settings, watch: before.watch)
    }
    return RoutingTable(routed: routed, trustedProxies)
  }
}

/// An endpoint shared by reference, with the answers that depend on it made once.
final class RoutedEndpoint: Sendable {
  let settings: Endpoint
  let answers: EndpointResponses
  let watch: VerificationWatch

  init(_ settings: Endpoint, watch: VerificationWatch) {
    self.settings = settings
    self.answers = EndpointResponses(settings)
    self.watch = watch
  }
}

/// Holds the routing table in force.
final class RoutingCell: Sendable {
  private let table: Mutex<RoutingTable>

  init(_ table: RoutingTable) { self.table = Mutex(table) }

  var current: RoutingTable { table.withLock { $0 } }

  func replace(with new: RoutingTable) { table.withLock { $0 = new.succeeding($0) } }
}
