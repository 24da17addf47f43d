public import LinqEvents

/// Which messages a bot must not answer: its own, history that Linq recovers hours later, and those of people who asked to
/// be left alone.
public struct MessageGuard: Sendable, Equatable {
  /// What happens to such a message.
  public enum Rule: String, Sendable, CaseIterable {
    /// The handler is not run.
    case skip
    /// The handler is run as for every other.
    case pass
  }

  /// Why a handler is not run.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// We wrote it or reacted ourselves.
    case own
    /// Linq recovered it later.
    case reconciled
    /// The person has opted out.
    case optedOut = "opted_out"

    /// A whole sentence for the operator.
    public var sentence: String {
      switch self {
      case .own: "The handler was not run because the message is our own (guard: own)."
      case .reconciled:
        "The handler was not run because Linq recovered the message later (guard: reconciled)."
      case .optedOut: "The handler was not run because the person has opted out (guard: opted_out)."
      }
    }
  }

  /// For what we sent ourselves.
  public var own: Rule
  /// For what Linq recovered later.
  public var reconciled: Rule
  /// For what comes from people who opted out.
  public var optedOut: Rule

  /// A guard that skips all three, unless told otherwise.
  public init(own: Rule = .skip, reconciled: Rule = .skip, optedOut: Rule = .skip) {
    self.own = own
    self.reconciled = reconciled
    self.optedOut = optedOut
  }

  /// Why a handler must not see an event; nil when it may.
  public func reason(toSkip view: MessageView) -> Reason? {
    if own == .skip, Self.isOwn(view) { return .own }
    if reconciled == .skip, view.isReconciled == true { return .reconciled }
    if optedOut == .skip, Self.isOptedOut(view) { return .optedOut }
    return nil
  }

  private static func isOwn(_ view: MessageView) -> Bool {
    view.isOwn ?? (view.from != nil && view.from == view.line)
  }

  /// V2 and the older V3 do not say it; there the words decide by which Linq itself would.
  private static func isOptedOut(_ view: MessageView) -> Bool {
    view.isOptedOut ?? OptOutWords.areAll(of: view.text ?? "")
  }
}

/// The words by which a person opts out, where they are the whole text.
enum OptOutWords {
  private static let words: Set<String> = ["STOP", "UNSUBSCRIBE", "OPTOUT", "CANCEL", "END", "QUIT"]

  /// Linq takes six words as they are spelt here, and "opt out" in any spelling.
  static func areAll(of text: String) -> Bool {
    var word = text[...]
    while word.first?.isWhitespace == true { word = word.dropFirst() }
    while word.last?.isWhitespace == true { word = word.dropLast() }
    return words.contains(String(word)) || ["opt out", "optout", "opt-out"].contains(word.lowercased())
  }
}
