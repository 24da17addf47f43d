import ArgumentParser
import Foundation
import LinqEvents
import LinqhookAuthentication

/// `linqhook verify`: checks a saved request.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks the signature of a saved raw HTTP request.",
    discussion: """
      The file holds header lines, a blank line and the body, byte for byte; a request line at the top is
      skipped. The exit status is 0 if the signature is good (however old its timestamp is, which is reported)
      and 65 if it is not. With --explain, other readings of the secret, the body and the headers are tried, among them the
      secret without blanks, quotes or a name around it. An expected signature is never printed.

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
      let (secrets, fault) = try secret.resolveAll(isLenient: explain)
      let explanation = try examine(saved, secrets: secrets)
      switch explanation.verdict {
      case .verified(let match), .stale(let match, _):
        try Terminal.print("good: scheme \(match.scheme.rawValue)")
        for sentence in explanation.sentences { Terminal.note(sentence) }
        if let fault { Terminal.note("A receiver would not take it: \(fault)") }
      case .refused(let refusal):
        if explain {
          for sentence in explanation.sentences + [fault].compactMap(\.self) { try Terminal.print(sentence) }
        }
        throw CommandFailure(.badData, "The signature is not good: \(refusal.sentence).")
      }
    }
  }

  private func examine(
    _ saved: SavedRequest,
    secrets: [Secret]
  ) throws(CommandFailure) -> SignatureExplanation {
    do {
      return try SignatureExplanation(
        of: saved.signatureHeaders,
        body: saved.body,
        secrets: secrets,
        schemes: Set(SignatureScheme.allCases),
        toleranceSeconds: 300,
        nowSeconds: Int64(Date().timeIntervalSince1970)
      )
    } catch {
      throw CommandFailure(.fault, error.description)
    }
  }
}
