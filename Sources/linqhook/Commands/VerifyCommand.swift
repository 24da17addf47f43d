import ArgumentParser
import Foundation
import LinqEvents

/// `linqhook verify`: checks a saved request.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks the signature of a saved raw HTTP request.",
    discussion: """
      The file holds header lines, a blank line and the body, byte for byte; a request line at the top is
      passed over. The exit status is 0 if the signature is good (however old its timestamp is, which is said)
      and 65 if it is not. An expected signature is never printed.

      Example:
        linqhook verify --secret-file secret --explain request.txt
      """
  )

  @OptionGroup var secret: SecretOptions

  @Flag(help: "Say which scheme, reading of the secret or change of the body would have matched.")
  var explain = false

  @Argument(help: "The saved request; - is standard input.")
  var request: String

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let saved = try SavedRequest(parsing: try InputFile.read(request))
      let secret = try secret.resolve()
      let verifier = SignatureVerifier.anyScheme(secret)
      let nowSeconds = Int64(Date().timeIntervalSince1970)
      switch verifier.verify(saved.signatureHeaders, body: saved.body.span, nowSeconds: nowSeconds) {
      case .verified(let match):
        try Terminal.print("good: scheme \(match.scheme.rawValue), \(match.keyReading)")
      case .stale(let match, let skewSeconds):
        try Terminal.print("good: scheme \(match.scheme.rawValue), \(match.keyReading)")
        Terminal.say(
          "Its timestamp is \(abs(skewSeconds)) s \(skewSeconds > 0 ? "old" : "ahead"); a receiver with the "
            + "usual tolerance of 5 minutes would not take it now."
        )
      case .refused(let refusal):
        if explain {
          let explanation = SignatureExplanation(
            headers: saved.signatureHeaders,
            body: saved.body,
            secrets: [secret],
            nowSeconds: nowSeconds
          )
          for sentence in explanation.sentences { try Terminal.print(sentence) }
        }
        throw CommandFailure(.badData, "The signature is not good: \(refusal.description).")
      }
    }
  }
}
