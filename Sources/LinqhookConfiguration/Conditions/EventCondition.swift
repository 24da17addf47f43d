/// What must be true of a value inside an event.
public struct EventCondition: Sendable, Equatable {
  /// One thing that must be true. Values are as they are spelt: `01234` is not `1234`, and `true` is the text as well as
  /// the boolean.
  public enum Test: Sendable, Equatable {
    /// It is this.
    case equals(String)
    /// It is one of these; not empty when loaded.
    case isOneOf([String])
    /// It is none of these; not empty when loaded.
    case isNoneOf([String])
    /// It fits one of these globs, without regard to case; not empty when loaded.
    case isLike([String])
    /// There is a value, or there is none.
    case exists(Bool)
    /// It is one of the lines of a file.
    case isListed(ValueList)
  }

  /// Names and positions from the event's root, joined by dots, such as `data.chat_handles.0.is_me`; those that begin
  /// with `message.` lead into the message view.
  public var path: String
  /// What must be true; all of it.
  public var tests: [Test]

  /// What stands at `path` must pass `tests`.
  public init(path: String, tests: [Test]) {
    self.path = path
    self.tests = tests
  }

  /// What stands at `path` must be spelt as `text`.
  public init(path: String, text: String) { self.init(path: path, tests: [.equals(text)]) }
}

/// The values that a file lists.
public struct ValueList: Sendable, Equatable, CustomStringConvertible {
  /// The file, absolute.
  public var path: String
  /// What it listed when the settings were loaded.
  public var values: Set<String>

  /// `values` from the file at `path`.
  public init(path: String, values: Set<String>) {
    self.path = path
    self.values = values
  }

  /// The file and how many values it has; they may be people's phone numbers.
  public var description: String { "file:\(path) (\(values.count))" }
}
