import ArgumentParser
import Foundation
import LinqhookAuthentication
import LinqhookConfiguration

/// Where a command takes the signing secret from.
struct SecretOptions: ParsableArguments {
  @Option(
    help: "The signing secret itself. Others on this machine can see it: --secret-file is better."
  )
  var secret: String?

  @Option(help: "A file that holds the signing secret, or several, one a line.")
  var secretFile: String?

  /// The secret to sign with, the first of several: `--secret`, `--secret-file`, `LINQ_WEBHOOK_SECRET`,
  /// `LINQ_WEBHOOK_SECRET_FILE`.
  func resolve(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CommandFailure) -> Secret {
    let input = try input(environment)
    if let fault = input.fault { throw CommandFailure(.badConfiguration, "The signing secret \(fault)") }
    guard let first = try Self.secrets(input.secrets).first else { throw Self.empty }
    return first
  }

  /// All secrets to verify with. Where `isLenient`, what is wrong with them is left to be found out: then they are
  /// what is there.
  func resolveAll(
    isLenient: Bool,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(CommandFailure) -> (secrets: [Secret], fault: String?) {
    let input = try input(environment)
    guard let fault = input.fault else { return (try Self.secrets(input.secrets), nil) }
    guard isLenient, !input.written.isEmpty else {
      throw CommandFailure(.badConfiguration, "The signing secret \(fault)")
    }
    return (try Self.secrets(input.written), "The signing secret \(fault)")
  }

  private static let empty = CommandFailure(
    .badConfiguration,
    "The signing secret is empty. Give the one that Linq showed."
  )

  private static func secrets(_ texts: [SecretText]) throws(CommandFailure) -> [Secret] {
    var secrets: [Secret] = []
    for text in texts {
      do { secrets.append(try Secret(text.reveal())) } catch { throw empty }
    }
    return secrets
  }

  private func input(_ environment: [String: String]) throws(CommandFailure) -> SecretInput {
    if secret != nil, secretFile != nil {
      throw CommandFailure(.usage, "Both --secret and --secret-file are given. Give one of them.")
    }
    if let secret { return SecretInput(text: secret, origin: "the text of --secret") }
    if let secretFile { return try Self.read(secretFile) }
    let (named, file) = (environment["LINQ_WEBHOOK_SECRET"], environment["LINQ_WEBHOOK_SECRET_FILE"])
    if named != nil, file != nil {
      throw CommandFailure(
        .badConfiguration,
        "Both LINQ_WEBHOOK_SECRET and LINQ_WEBHOOK_SECRET_FILE are set. Unset one of them."
      )
    }
    if let named {
      return SecretInput(text: named, origin: "the environment variable LINQ_WEBHOOK_SECRET")
    }
    if let file { return try Self.read(file) }
    throw CommandFailure(
      .usage,
      "There is no signing secret. Give --secret-file FILE, or set LINQ_WEBHOOK_SECRET."
    )
  }

  private static func read(_ path: String) throws(CommandFailure) -> SecretInput {
    SecretInput(contents: String(decoding: try InputFile.read(path), as: UTF8.self), ofFile: path)
  }
}
