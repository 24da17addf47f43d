import Synchronization

/// The endpoints in force and whose forwarding headers are believed. Immutable; a reload puts another in its
/// place, so that a request sees either all of the old settings or all of the new ones.
public final class RoutingTable: Sendable {
  /// The proxies whose `X-Forwarded-For` and `Forwarded` are believed.
  public let trustedProxies: [AddressBlock]

  private let endpoints: [String: RoutedEndpoint]

  /// A table of these endpoints. Of two with one path the first counts.
  public init(endpoints: [Endpoint], trustedProxies: [AddressBlock] = []) {
    let routed = endpoints.map { ($0.path, RoutedEndpoint($0)) }
    self.endpoints = Dictionary(routed) { first, _ in first }
    self.trustedProxies = trustedProxies
  }

  func endpoint(path: String) -> RoutedEndpoint? { endpoints[path] }
}

/// An endpoint shared by reference, with the answers that depend on it made once.
final class RoutedEndpoint: Sendable {
  let settings: Endpoint
  let answers: EndpointAnswers

  init(_ settings: Endpoint) {
    self.settings = settings
    self.answers = EndpointAnswers(settings)
  }
}

/// Holds the routing table in force.
final class RoutingCell: Sendable {
  private let table: Mutex<RoutingTable>

  init(_ table: RoutingTable) { self.table = Mutex(table) }

  var current: RoutingTable { table.withLock { $0 } }

  func replace(with new: RoutingTable) { table.withLock { $0 = new } }
}
