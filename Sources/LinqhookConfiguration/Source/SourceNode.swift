/// A place in a file; both numbers count from 1.
struct SourcePosition: Equatable {
  var line: Int
  var column: Int

  static let start = SourcePosition(line: 1, column: 1)
}

/// A YAML value with the place where it stands. Aliases and merge keys are resolved, types are not: whether
/// `8080` is a number is for the reader of that key to say.
struct SourceNode {
  enum Content {
    /// A text; plain means without quotes.
    case scalar(String, isPlain: Bool)
    case sequence([SourceNode])
    case mapping([SourceEntry])
  }

  var content: Content
  var position: SourcePosition

  /// Whether nothing is there: `key:`, `key: ~` or `key: null`.
  var isNothing: Bool {
    if case .scalar(let text, isPlain: true) = content { ["", "~", "null"].contains(text) } else { false }
  }

  /// Whether a text is there, be it one that YAML takes for nothing: as spelt, `null` and `~` are texts.
  var isSpelt: Bool {
    guard case .scalar(let text, let isPlain) = content else { return false }
    return !(isPlain && text.isEmpty)
  }

  var isEmptyList: Bool {
    if case .sequence(let nodes) = content { nodes.isEmpty } else { false }
  }

  /// What is there, for a sentence.
  var kindInWords: String {
    switch content {
    case _ where isNothing: "nothing"
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping of keys"
    }
  }
}

/// A key and its value.
struct SourceEntry {
  var key: String
  var position: SourcePosition
  var value: SourceNode
}
