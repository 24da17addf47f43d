/// The secrets that a command is given, read by the rules of the configuration file.
public struct SecretInput: Sendable {
  /// The secrets as a receiver would use them; empty when there is a fault.
  public let secrets: [SecretText]
  /// Each text as it was written, however wrong it is, for a search for the mistake.
  public let written: [SecretText]
  /// What is wrong, to follow a word for the secret: "must not begin …". Never holds a secret. Nil when nothing is.
  public let fault: String?

  /// The secret `text`, which is at `origin`: "the environment variable X".
  public init(text: String, origin: String) {
    self.init([(SecretLines.withoutLineEnds(text), origin)])
  }

  /// The contents of a file: one secret a line.
  public init(contents: String, ofFile path: String) {
    let lines = SecretLines.read(contents)
    self.init(
      lines.map { text, line in
        (text, lines.count == 1 ? "the secret file \(path)" : "line \(line) of the secret file \(path)")
      },
      faultWhenEmpty: "must not be empty, as the secret file \(path) is."
    )
  }

  private init(_ texts: [(text: String, origin: String)], faultWhenEmpty: String? = nil) {
    written = texts.map { SecretText($0.text) }
    var secrets: [SecretText] = []
    do {
      for (text, origin) in texts {
        let spelling = SecretSpelling(use: .signing, origin: origin, isLiteral: false)
        secrets.append(SecretText(try spelling.read(text)))
      }
      self.secrets = secrets
      fault = texts.isEmpty ? faultWhenEmpty : nil
    } catch {
      self.secrets = []
      fault = error.text
    }
  }
}
