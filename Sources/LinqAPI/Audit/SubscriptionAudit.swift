import LinqEvents

/// Compares Linq's subscriptions with the configuration of a receiver.
public struct SubscriptionAudit: Sendable {
  /// A handler's name and events, for the comparison.
  public struct Handler: Sendable {
    /// Its name.
    public var name: String
    /// The globs of event types that it wants.
    public var events: [String]

    /// A handler of that name and these globs.
    public init(name: String, events: [String]) {
      self.name = name
      self.events = events
    }
  }

  /// The receiver's paths, and whether signatures are required there.
  public var paths: [String: Bool]
  /// The URL under which Linq reaches the receiver; nil compares paths only.
  public var publicURL: String?
  /// The receiver's handlers.
  public var handlers: [Handler]
  /// The API of the subscriptions: a handler's glob asks for the types that this version has.
  public var version: APIVersion
  /// The lines that events came from here; a filter that leaves one out is a finding.
  public var lines: Set<String> = []

  /// An audit for one receiver; `paths` has each path of it and whether signatures are required there.
  public init(
    paths: [String: Bool],
    publicURL: String? = nil,
    handlers: [Handler],
    version: APIVersion = .v2
  ) {
    self.paths = paths
    self.publicURL = publicURL
    self.handlers = handlers
    self.version = version
  }

  /// The addresses of this receiver, as the subscriptions to one of its paths have them; of each only the first, whatever
  /// its query. Inactive ones tell only where there is no active one.
  public func publicURLs(in subscriptions: [WebhookSubscription]) -> [String] {
    let here = subscriptions.filter { paths[WebhookAddress($0.webhookURL).path] != nil }
    let active = here.filter(\.isActive)
    var seen: Set<String> = []
    return (active.isEmpty ? here : active).map(\.webhookURL)
      .filter { seen.insert(WebhookAddress($0).withoutQuery).inserted }
  }

  /// The mismatches, one sentence each; empty when there are none.
  public func findings(in subscriptions: [WebhookSubscription]) -> [String] {
    let here = subscriptions.filter { pointsHere($0) }
    let active = here.filter(\.isActive)
    return subscriptions.filter { !pointsHere($0) }.map(strangerSentence)
      + here.filter { !$0.isActive }.map {
        "Subscription \($0.id) is inactive: Linq sends nothing to \($0.webhookURL). "
          + "Turn it on with: linqhook api subscriptions update \($0.id) --active"
      }
      + absence(active)
      + otherVersions(active)
      + leftOutLines(active)
      + unsigned(active)
      + unwanted(active)
      + unsubscribed(active)
      + doubled(active)
  }
}

extension SubscriptionAudit {
  private func pointsHere(_ subscription: WebhookSubscription) -> Bool {
    let url = WebhookAddress(subscription.webhookURL)
    if let publicURL { return url.withoutQuery == WebhookAddress(publicURL).withoutQuery }
    return paths[url.path] != nil
  }

  private func strangerSentence(_ subscription: WebhookSubscription) -> String {
    let expected =
      publicURL ?? "a URL with the path \(paths.keys.sorted().joined(separator: " or "))"
    return "Subscription \(subscription.id) posts to \(subscription.webhookURL), which is not \(expected). "
      + "If it is meant for this receiver, correct it with: "
      + "linqhook api subscriptions update \(subscription.id) --url URL"
  }

  private func absence(_ active: [WebhookSubscription]) -> [String] {
    active.isEmpty ? ["No active subscription posts to this receiver, so no event arrives."] : []
  }

  private func unsigned(_ active: [WebhookSubscription]) -> [String] {
    active.filter { $0.isSecretConfigured == false && paths[WebhookAddress($0.webhookURL).path] != false }
      .map {
        "Subscription \($0.id) has no secret, so its events are unsigned and refused here. Give it one "
          + "with: linqhook api subscriptions update \($0.id) --secret-file FILE"
      }
  }

  /// V3 sends the payload version that the URL asks for, and an old one where it asks for none.
  private func otherVersions(_ active: [WebhookSubscription]) -> [String] {
    guard version == .v3 else { return [] }
    return active.compactMap { subscription in
      let asked = WebhookAddress(subscription.webhookURL).value(ofQuery: "version")
      guard asked != PayloadVersion.newest else { return nil }
      let now =
        asked.map { "asks for payloads of version \($0)" }
        ?? "names no payload version, so Linq sends an old one"
      return
        "Subscription \(subscription.id) \(now). Ask for \(PayloadVersion.newest) with: linqhook api subscriptions "
        + "update \(subscription.id) --url '\(WebhookAddress(subscription.webhookURL).askingForTheNewest)'"
    }
  }

  private func leftOutLines(_ active: [WebhookSubscription]) -> [String] {
    guard !active.isEmpty, active.allSatisfy({ $0.phoneNumbers?.isEmpty == false }) else { return [] }
    let sent = Set(active.flatMap { $0.phoneNumbers ?? [] })
    return lines.subtracting(sent).sorted().map { line in
      let all = (active[0].phoneNumbers ?? []) + [line]
      let numbers = all.map { "--number \($0)" }.joined(separator: " ")
      return
        "Events of the line \(line) came here, and no active subscription sends them any more: the phone numbers of "
        + "\(active.map { "\($0.id)" }.joined(separator: ", ")) leave it out. Add it with: linqhook api subscriptions "
        + "update \(active[0].id) \(numbers)"
    }
  }

  private func unwanted(_ active: [WebhookSubscription]) -> [String] {
    active.compactMap { subscription in
      let types = subscription.events.filter { type in !handlers.contains { $0.wants(type) } }
      return types.isEmpty
        ? nil : "Subscription \(subscription.id) sends \(list(types)), which no handler wants."
    }
  }

  private func unsubscribed(_ active: [WebhookSubscription]) -> [String] {
    let sent = Set(active.flatMap(\.events))
    return handlers.compactMap { handler in
      let missing = handler.namedTypes(version).filter { !sent.contains($0) }
      return missing.isEmpty
        ? nil : "The handler \(handler.name) waits for \(list(missing)), which no active subscription sends."
    }
  }

  private func doubled(_ active: [WebhookSubscription]) -> [String] {
    active.indices.flatMap { index in
      active[(index + 1)...].compactMap { other in
        let one = active[index]
        let shared = one.events.filter(Set(other.events).contains)
        guard !shared.isEmpty,
          WebhookAddress(one.webhookURL).withoutQuery == WebhookAddress(other.webhookURL).withoutQuery
        else { return nil }
        return
          "Subscriptions \(one.id) and \(other.id) both send \(list(shared)) here: each event comes twice. "
          + "Delete one with: linqhook api subscriptions delete \(other.id)"
      }
    }
  }

  private func list(_ types: [String]) -> String {
    types.joined(separator: ", ")
  }
}

extension SubscriptionAudit.Handler {
  fileprivate func wants(_ type: String) -> Bool {
    events.contains { EventTypePattern($0).matches(type) }
  }

  /// The types that the handler names, itself or by a narrower glob than `*`. A type that the version does not have
  /// is kept.
  fileprivate func namedTypes(_ version: APIVersion) -> [String] {
    let offered = version == .v2 ? EventTypes.v2 : EventTypes.v3
    var types: [String] = []
    for glob in events where glob != "*" {
      let known = offered.filter(EventTypePattern(glob).matches)
      let isLiteral = !glob.contains("*") && !glob.contains("?")
      for type in known.isEmpty && isLiteral ? [glob] : known where !types.contains(type) {
        types.append(type)
      }
    }
    return types
  }
}

/// The parts of a webhook's URL that decide where it is sent.
struct WebhookAddress {
  let withoutQuery: String
  let path: String
  private let query: [(name: Substring, value: Substring)]

  init(_ url: String) {
    withoutQuery = String(url.prefix { $0 != "?" && $0 != "#" })
    let afterScheme = withoutQuery.split(separator: "://", maxSplits: 1).last ?? ""
    path = afterScheme.firstIndex(of: "/").map { String(afterScheme[$0...]) } ?? "/"
    let text = url.prefix { $0 != "#" }.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    query = text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
  }

  /// The first value of a name in the query, as it is written.
  func value(ofQuery name: String) -> String? {
    query.first { $0.name == name }.map { String($0.value) }
  }

  /// The URL with the newest version of the payloads, and the rest of its query.
  var askingForTheNewest: String {
    let others = query.filter { $0.name != "version" }.map { "\($0.name)=\($0.value)" }
    let rest = others.isEmpty ? "" : "?\(others.joined(separator: "&"))"
    return PayloadVersion.added(to: withoutQuery + rest)
  }
}
