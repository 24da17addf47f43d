/// A secret that prints nothing of itself, wherever it ends up: in a log, a description, a dump or a mirror.
///
/// Equality is not constant in time: it serves to see whether a reload changed a secret, and no sender can
/// reach it. Signatures are compared elsewhere.
public struct SecretText: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let text: String

  /// Keeps `text`.
  public init(_ text: String) {
    self.text = text
  }

  /// The secret itself. The caller takes care that it goes nowhere else.
  public func reveal() -> String { text }

  /// Always `***`.
  public var description: String { "***" }

  /// Always `***`.
  public var debugDescription: String { description }

  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A secret and where it came from.
public struct ConfiguredSecret: Sendable, Equatable {
  /// Where it came from, which is no secret.
  public var source: SecretSource
  /// What it is.
  public var text: SecretText

  /// The secret `text`, found at `source`.
  public init(source: SecretSource, text: SecretText) {
    self.source = source
    self.text = text
  }
}

/// Where a secret is kept.
public enum SecretSource: Sendable, Equatable {
  /// `env:NAME`, an environment variable.
  case environment(String)
  /// `file:/path`, absolute.
  case file(String)
  /// `credential:NAME`, a file in `$CREDENTIALS_DIRECTORY`, where systemd puts them.
  case credential(String)
  /// It is in the configuration itself.
  case literal

  /// The reference as the file has it; `nil` for a literal, which has none that may be shown.
  public var reference: String? {
    switch self {
    case .environment(let name): "env:\(name)"
    case .file(let path): "file:\(path)"
    case .credential(let name): "credential:\(name)"
    case .literal: nil
    }
  }
}
