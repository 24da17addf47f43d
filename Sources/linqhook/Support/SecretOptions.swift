import ArgumentParser
import Authentication
import Foundation

/// Where a command takes the signing secret from.
struct SecretOptions: ParsableArguments {
  @Option(
    help: "The signing secret itself. Others on this machine can see it: --secret-file is better."
  )
  var secret: String?

  @Option(help: "A file that holds the signing secret; one newline at its end is ignored.")
  var secretFile: String?

  /// The secret: `--secret`, `--secret-file`, `LINQ_WEBHOOK_SECRET`, `LINQ_WEBHOOK_SECRET_FILE`.
  func resolve(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CommandFailure) -> Secret {
    let text = try text(environment)
    do { return try Secret(text) } catch {
      throw CommandFailure(.badConfiguration, "The signing secret is empty. Give the one that Linq showed.")
    }
  }

  private func text(_ environment: [String: String]) throws(CommandFailure) -> String {
    if secret != nil, secretFile != nil {
      throw CommandFailure(.usage, "Both --secret and --secret-file are given. Give one of them.")
    }
    if let secret { return secret }
    if let secretFile { return try Self.read(secretFile) }
    let (named, file) = (environment["LINQ_WEBHOOK_SECRET"], environment["LINQ_WEBHOOK_SECRET_FILE"])
    if named != nil, file != nil {
      throw CommandFailure(
        .badConfiguration,
        "Both LINQ_WEBHOOK_SECRET and LINQ_WEBHOOK_SECRET_FILE are set. Unset one of them."
      )
    }
    if let named { return Self.withoutTrailingNewline(named) }
    if let file { return try Self.read(file) }
    throw CommandFailure(
      .usage,
      "There is no signing secret. Give --secret-file FILE, or set LINQ_WEBHOOK_SECRET."
    )
  }

  private static func read(_ path: String) throws(CommandFailure) -> String {
    withoutTrailingNewline(String(decoding: try InputFile.read(path), as: UTF8.self))
  }

  private static func withoutTrailingNewline(_ text: String) -> String {
    var text = Substring(text)
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text = text.dropLast() }
    return String(text)
  }
}
