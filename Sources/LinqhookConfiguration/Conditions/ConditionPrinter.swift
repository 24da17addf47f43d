/// Writes a handler's `where` for `SettingsPrinter`.
enum ConditionPrinter {
  static func yaml(_ conditions: [EventCondition]) -> YAMLText {
    .mapping(conditions.map { ($0.path, yaml($0.tests)) })
  }

  private static func yaml(_ tests: [EventCondition.Test]) -> YAMLText {
    switch tests.first {
    case .equals(let text)? where tests.count == 1: .text(text)
    case .isOneOf(let texts)? where tests.count == 1: .texts(texts)
    default: .flowMapping(tests.compactMap(member))
    }
  }

  private static func member(_ test: EventCondition.Test) -> (String, YAMLText)? {
    switch test {
    case .isNoneOf(let texts): ("not", values(texts))
    case .isLike(let globs): ("like", values(globs))
    case .exists(let isWanted): ("exists", .boolean(isWanted))
    case .isListed(let list): ("in", .text("file:\(list.path)"))
    // The file has no way to write these beside others.
    case .equals, .isOneOf: nil
    }
  }

  private static func values(_ texts: [String]) -> YAMLText {
    if let text = texts.first, texts.count == 1 { return .text(text) }
    return .texts(texts)
  }
}
