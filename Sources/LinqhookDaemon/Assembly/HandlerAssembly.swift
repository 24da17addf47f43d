import LinqEvents
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookInbox

extension HandlerRegistration {
  init(_ settings: HandlerSettings, linq: LinqSettings, target: Target) throws {
    self.init(
      name: settings.name,
      target: target,
      filter: try EventFilter(settings),
      order: settings.order == .chat ? .chat : .none,
      concurrency: settings.attemptsAtOnce,
      retry: RetryPolicy(settings.retry),
      fingerprint: settings.fingerprint(linq)
    )
  }
}

extension HandlerSettings {
  /// How many attempts Delivery may have under way: a worker's processes each hold a window of events.
  fileprivate var attemptsAtOnce: Int {
    if case .worker(let worker) = kind { return concurrency * worker.window }
    return concurrency
  }

  /// Equal for handlers that a reload may leave as they are. It never leaves the process: it holds what the
  /// settings hold, with secrets and lists of values as a digest of this process's own making.
  fileprivate func fingerprint(_ linq: LinqSettings) -> String {
    var hasher = Hasher()
    for condition in conditions {
      for case .isListed(let list) in condition.tests { hasher.combine(list.values) }
    }
    for secret in kind.secrets { hasher.combine(secret.text.reveal()) }
    guard usesLinq else { return "\(self) \(hasher.finalize())" }
    hasher.combine(linq.token?.text.reveal())
    return "\(self) \(linq) \(hasher.finalize())"
  }

  /// Whether it calls Linq, or fetches what is there.
  private var usesLinq: Bool {
    if case .media = kind { return true }
    return kind.answering?.isInUse == true
  }
}

extension RetryPolicy {
  init(_ settings: RetrySettings) {
    self.init(
      attempts: settings.attempts ?? .max,
      first: settings.first,
      factor: settings.factor,
      max: settings.max,
      jitter: settings.jitter,
      maxAge: settings.maxAge
    )
  }
}
