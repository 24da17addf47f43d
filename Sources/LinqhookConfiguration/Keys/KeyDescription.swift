/// What the manual says of one key.
public struct KeyDescription: Sendable, Equatable {
  /// The key with those that it is under, as in `limits.connections`; keys of endpoints and handlers without the
  /// list's name.
  public var path: String
  /// What it takes, as in "1 to 1000000".
  public var takes: String
  /// Its default as the file would have it; nil where it is not set.
  public var defaultText: String?
  /// Whether a change takes effect only after a restart; a reload takes all others over.
  public var isRestartOnly: Bool
  /// The flag that wins over the file.
  public var flag: String?
  /// The variable that wins over the file.
  public var variable: String?
  /// What it means, in one or two sentences.
  public var meaning: String
}

/// The keys of one part of the file.
public struct KeySection: Sendable, Equatable {
  /// What has these keys, as in "every handler" or "a shell handler"; empty for the file itself.
  public var owner: String
  /// Its keys, in the order of the manual.
  public var keys: [KeyDescription]
}
