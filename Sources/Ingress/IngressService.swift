public import LinqhookInbox
public import MicroHTTP
import Synchronization

/// Takes signed events over HTTP into the inbox.
///
/// A request passes through here once, on the thread of its loop: its path is looked up when the header is
/// complete, its signature is checked over the raw bytes when the body is, then it is parsed and offered to
/// the inbox. The answer comes when the store has committed.
public final class IngressService: HTTPService {
  private let routing: RoutingCell
  private let inbox: any EventAcceptor & Quarantine
  private let observer: any IngressObserver
  private let clock: @Sendable () -> Int64
  private let counters = Mutex<[IngressCounters]>([])
  private let signs = SignsOfLife()
  private let unknownPaths = UnknownPaths()
  private let unknownEvents: UnknownEvents

  /// A service over an inbox.
  ///
  /// - Parameters:
  ///   - clock: the wall clock, in milliseconds since 1970.
  public init(
    routing: RoutingTable,
    inbox: any EventAcceptor & Quarantine,
    observer: any IngressObserver,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.routing = RoutingCell(routing)
    self.inbox = inbox
    self.observer = observer
    self.clock = clock
    unknownEvents = UnknownEvents(observer: observer)
  }

  /// Judges refused requests anew, by the endpoints in force at the time. What it lets in is looked at as an event that
  /// comes in.
  public var quarantineReview: QuarantineReview {
    QuarantineReview(inbox: inbox, unknownEvents: unknownEvents) { self.routingTable }
  }

  /// Puts other endpoints in force, all at once. Requests under way end by the rules they began with or by
  /// the new ones.
  public func replaceRouting(with table: RoutingTable) { routing.replace(with: table) }

  /// The endpoints in force.
  public var routingTable: RoutingTable { routing.current }

  /// Whether a peer is a proxy that is believed when it names a client, by the endpoints' settings in force.
  public func trustsProxy(at peer: RemoteAddress) -> Bool {
    ClientAddress.isTrusted(peer, routing.current.trustedProxies)
  }

  /// What came in so far.
  public var statistics: IngressStatistics {
    var sum = counters.withLock { $0 }.reduce(into: IngressStatistics()) { $0.add($1.statistics) }
    sum.clockSkewSeconds = signs.skewSeconds
    sum.unknownParts = unknownEvents.countsByPart
    sum.lastAcceptedAtMilliseconds = signs.acceptedAtMilliseconds(wallMilliseconds: clock())
    return sum
  }

  /// What has been seen of each endpoint's signatures since its secrets were loaded.
  public var endpointReports: [EndpointReport] {
    routing.current.endpoints.map { endpoint in
      EndpointReport(
        path: endpoint.settings.path,
        hasVerified: endpoint.watch.hasVerified,
        mismatchCount: endpoint.watch.mismatchCount
      )
    }
  }

  /// Called by the server, once for each loop.
  public func makeLoopHandler(loop: Int, replies: HTTPReplyQueue) -> any HTTPLoopHandler {
    let own = IngressCounters(signs: signs, unknownEvents: unknownEvents)
    counters.withLock { $0.append(own) }
    let refusals = QuarantineRecorder(quarantine: inbox, observer: observer)
    return IngressLoop(
      loop: loop,
      routing: routing,
      batch: AcceptanceBatch(inbox: inbox, replies: replies, refusals: refusals, counters: own),
      refusals: refusals,
      unknownPaths: unknownPaths,
      counters: own,
      clock: clock
    )
  }
}

/// What has been seen of an endpoint's signatures since its secrets were loaded.
public struct EndpointReport: Sendable, Equatable {
  /// The endpoint's path.
  public var path: String
  /// Whether a signature has held.
  public var hasVerified: Bool
  /// How many well-formed signatures have matched nothing.
  public var mismatchCount: Int

  /// Whether its secret is likely to be wrong.
  public var seesOnlyMismatches: Bool { !hasVerified && mismatchCount > 0 }

  /// A report of the given parts.
  public init(path: String, hasVerified: Bool, mismatchCount: Int) {
    self.path = path
    self.hasVerified = hasVerified
    self.mismatchCount = mismatchCount
  }
}
