internal import LinqEvents

/// Which ids count where.
///
/// An id is in one scope: that of the endpoint that took its event. Others look at it as well where the same
/// request could be sent again: endpoints of the same path, and those that know one of its keys. So a change of the
/// configuration moves no ids, only who looks where.
///
/// A path begins a new scope where it loses a key. What is taken from then on cannot verify by that key, so it is no
/// business of others who know it; what was taken before stays where they look. A new key joins the scope.
///
/// Scopes are numbered from 0 and never removed: what was forgotten in one stays forgotten (see the horizon), and
/// there is one more only when the operator renames a path or takes a secret away.
package struct IdentityScopes {
  /// The scope of ids from stores that knew no endpoints, and of events of endpoints that nobody told of. Everybody
  /// looks at it.
  package static let shared = 0
  /// The documented default, for endpoints that nobody told of.
  private static let defaultToleranceMilliseconds: Int64 = 300_000

  /// One scope.
  package struct Scope {
    package let path: String
    package var prints: Set<Fingerprint>
    /// The newest `created_at` among the ids that were forgotten here; 0 where none was.
    package var horizonMilliseconds: Int64 = 0
    /// Whether an id was forgotten here, be it one that Linq may still repeat.
    package fileprivate(set) var hasForgotten = false

    /// Whether the configuration names it.
    package fileprivate(set) var isConfigured = false
    package fileprivate(set) var toleranceMilliseconds = defaultToleranceMilliseconds
    /// Which of ``groups`` it belongs to.
    package fileprivate(set) var group = 0
    /// Where else an id of this endpoint may stand.
    package fileprivate(set) var others: [Int] = []

    package init(path: String, prints: Set<Fingerprint>, horizonMilliseconds: Int64 = 0) {
      self.path = path
      self.prints = prints
      self.horizonMilliseconds = horizonMilliseconds
    }
  }

  /// An endpoint with what stands for its keys.
  package struct Endpoint {
    package let path: String
    package let prints: Set<Fingerprint>
    package let toleranceMilliseconds: Int64

    package init(path: String, prints: Set<Fingerprint>, toleranceMilliseconds: Int64) {
      self.path = path
      self.prints = prints
      self.toleranceMilliseconds = toleranceMilliseconds
    }

    package init(_ endpoint: EndpointKeys, key: FingerprintKey) {
      self.init(
        path: endpoint.path,
        prints: Set(endpoint.keys.map(key.print)),
        toleranceMilliseconds: endpoint.toleranceMilliseconds
      )
    }
  }

  package private(set) var all: [Scope]
  /// The newest scope of each path.
  private var newest: [String: Int] = [:]

  /// Scopes as they are stored, the shared one first.
  package init(_ stored: [Scope] = [Scope(path: "", prints: [])]) {
    all = stored
    for (number, scope) in all.enumerated() {
      newest[scope.path] = number
      all[number].hasForgotten = scope.horizonMilliseconds > 0
    }
    connect()
  }

  /// The scope of a path.
  package func number(of path: String) -> Int { newest[path] ?? Self.shared }

  /// The scopes that share a limit, for each limit.
  package private(set) var groups: [[Int]] = []

  /// Takes these for the endpoints that there are; gives the numbers of the scopes that are new or changed.
  package mutating func declare(_ endpoints: [Endpoint]) -> [Int] {
    var changed: [Int] = []
    for number in all.indices { all[number].isConfigured = false }
    for endpoint in endpoints {
      let number: Int
      if let known = newest[endpoint.path], all[known].prints.isSubset(of: endpoint.prints) {
        number = known
        if all[number].prints != endpoint.prints { changed.append(number) }
        all[number].prints = endpoint.prints
      } else {
        number = all.count
        all.append(Scope(path: endpoint.path, prints: endpoint.prints))
        newest[endpoint.path] = number
        changed.append(number)
      }
      all[number].isConfigured = true
      all[number].toleranceMilliseconds = endpoint.toleranceMilliseconds
    }
    connect()
    return changed
  }

  /// Nothing made at this time or before is let in there any more without a proof of its age.
  package mutating func raiseHorizon(of scope: Int, to milliseconds: Int64) {
    all[scope].horizonMilliseconds = max(all[scope].horizonMilliseconds, milliseconds)
    noteForgotten(in: scope)
  }

  /// From now on an event there that does not say when it was made may be a repeat of one whose id was forgotten.
  package mutating func noteForgotten(in scope: Int) { all[scope].hasForgotten = true }

  /// Whether an event of this scope may be a repeat of one whose id was forgotten.
  package func isTooOld(_ event: InboundEvent, in scope: Int) -> Bool {
    if event.freshness == .proven { return false }
    guard let createdAt = event.envelope.createdAtMilliseconds else {
      guard event.freshness == .createdAt else { return false }
      return all[scope].hasForgotten || all[scope].others.contains { all[$0].hasForgotten }
    }
    let horizon = all[scope].others.reduce(all[scope].horizonMilliseconds) {
      max($0, all[$1].horizonMilliseconds)
    }
    return horizon > 0 && createdAt <= horizon
  }
}

// MARK: - Who looks where

extension IdentityScopes {
  private mutating func connect() {
    for number in all.indices {
      all[number].others = all.indices.filter { $0 != number && looks(number, at: $0) }
    }
    group()
  }

  private func looks(_ scope: Int, at other: Int) -> Bool {
    other == Self.shared || all[scope].path == all[other].path
      || !all[scope].prints.isDisjoint(with: all[other].prints)
  }

  /// Gives each group the number of its first scope while they are put together. Endpoints that share a key are one,
  /// over several steps too. A scope that is not in use any more counts with the
  /// first endpoint that looks at it.
  private mutating func group() {
    for number in all.indices { all[number].group = number }
    let configured = all.indices.filter { all[$0].isConfigured }
    for number in configured {
      for other in configured where other < number && !all[number].prints.isDisjoint(with: all[other].prints)
      {
        join(all[number].group, all[other].group)
      }
    }
    for number in all.indices where number != Self.shared && !all[number].isConfigured {
      guard let user = configured.first(where: { looks($0, at: number) }) else { continue }
      all[number].group = all[user].group
    }
    let byGroup = Dictionary(grouping: all.indices, by: { all[$0].group })
    groups = byGroup.keys.sorted().compactMap { byGroup[$0] }
    for (position, members) in groups.enumerated() {
      let tolerance =
        members.filter { all[$0].isConfigured }.map { all[$0].toleranceMilliseconds }.max()
        ?? Self.defaultToleranceMilliseconds
      for member in members {
        all[member].toleranceMilliseconds = tolerance
        all[member].group = position
      }
    }
  }

  private mutating func join(_ first: Int, _ second: Int) {
    let (kept, given) = (min(first, second), max(first, second))
    for number in all.indices where all[number].group == given { all[number].group = kept }
  }
}

extension IdentityScopes.Scope {
  /// For how long an event of this scope may come: for as long as Linq repeats it or its stamp passes.
  package var repeatWindowMilliseconds: Int64 {
    max(InboxLimits.repeatWindowMilliseconds, toleranceMilliseconds)
  }
}
