/// The token of the Partner API. Its description hides it, and it is used for one header only.
public struct IntegrationToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let text: String

  /// Takes visible ASCII, as a header value is.
  public init(_ text: String) throws(LinqAPIError) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw LinqAPIError(
        .configuration,
        "The integration token is empty or has characters that are not allowed in one. "
          + "Copy it again from Linq's dashboard."
      )
    }
    self.text = text
  }

  /// The value of the header `X-LINQ-INTEGRATION-TOKEN`.
  var headerValue: String { text }

  /// The text with every copy of the token replaced, for texts that a server sent.
  func redacted(in text: String) -> String {
    text.split(separator: self.text, omittingEmptySubsequences: false).joined(separator: description)
  }

  /// Always `<token>`.
  public var description: String { "<token>" }

  /// Always `<token>`.
  public var debugDescription: String { description }

  /// Shows no children.
  public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension IntegrationToken {
  /// The name of the systemd credential (`LoadCredential=linq-integration-token:…`).
  public static let credentialName = "linq-integration-token"

  /// Finds the token: `LINQ_INTEGRATION_TOKEN`, `LINQ_INTEGRATION_TOKEN_FILE`, else the credential in
  /// `$CREDENTIALS_DIRECTORY`.
  ///
  /// - Parameters:
  ///   - environment: the environment of the process.
  ///   - readFile: gives a file's text; nil when it cannot be read.
  public static func find(
    environment: [String: String],
    readFile: (String) -> String?
  ) throws(LinqAPIError) -> IntegrationToken {
    let (named, file) = (environment["LINQ_INTEGRATION_TOKEN"], environment["LINQ_INTEGRATION_TOKEN_FILE"])
    if named != nil, file != nil {
      throw LinqAPIError(
        .configuration,
        "Both LINQ_INTEGRATION_TOKEN and LINQ_INTEGRATION_TOKEN_FILE are set. Unset one of them."
      )
    }
    if let named { return try IntegrationToken(withoutTrailingNewline(named)) }
    let credential = environment["CREDENTIALS_DIRECTORY"].map { "\($0)/\(credentialName)" }
    if let file {
      guard let text = readFile(file) else {
        throw LinqAPIError(
          .configuration,
          "LINQ_INTEGRATION_TOKEN_FILE names \(file), which cannot be read. Check its name and mode."
        )
      }
      return try IntegrationToken(withoutTrailingNewline(text))
    }
    if let text = credential.flatMap(readFile) {
      return try IntegrationToken(withoutTrailingNewline(text))
    }
    throw LinqAPIError(
      .configuration,
      "There is no integration token. Set LINQ_INTEGRATION_TOKEN, or LINQ_INTEGRATION_TOKEN_FILE to a file "
        + "that holds it, or linq.token in the configuration."
    )
  }

  private static func withoutTrailingNewline(_ text: String) -> String {
    var text = Substring(text)
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text = text.dropLast() }
    return String(text)
  }
}
