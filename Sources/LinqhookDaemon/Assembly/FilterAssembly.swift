import LinqEvents
import LinqhookConfiguration
import LinqhookDelivery

extension EventFilter {
  /// What the handler of these settings wants.
  init(_ settings: HandlerSettings) throws {
    self.init(
      types: settings.events.map(EventTypePattern.init),
      conditions: try settings.conditions.flatMap { condition in
        let path = try JSONPath(condition.path)
        return condition.tests.map { Condition(path: path, test: .init($0)) }
      }
    )
  }
}

extension EventFilter.Condition.Test {
  fileprivate init(_ test: EventCondition.Test) {
    switch test {
    case .equals(let text): self = .isOneOf([text])
    case .isOneOf(let texts): self = .isOneOf(Set(texts))
    case .isNoneOf(let texts): self = .isNoneOf(Set(texts))
    case .isLike(let globs): self = .isLike(globs.map(TextGlob.init))
    case .exists(let isWanted): self = .exists(isWanted)
    case .isListed(let list): self = .isOneOf(list.values)
    }
  }
}
