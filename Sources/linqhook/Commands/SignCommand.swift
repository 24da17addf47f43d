public import ArgumentParser
public import LinqEvents

extension SignatureScheme: ExpressibleByArgument {}

/// `linqhook sign`: the headers that Linq would send for these bytes.
struct SignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Prints the headers that Linq would send for a file's bytes.",
    discussion: """
      One "Name: value" a line, ready for curl.

      Example:
        linqhook sign --secret-file secret event.json |
          curl -H @- --data-binary @event.json http://127.0.0.1:8080/webhooks/linq
      """
  )

  @OptionGroup var secret: SecretOptions

  @Option(help: "v2, v3 or standard.")
  var scheme: SignatureScheme = .v2

  @Option(
    help: "The event id in the signed headers (standard); by default the body's event_id, or a new one."
  )
  var id: String?

  @Option(help: "The timestamp in Unix seconds (v3, standard); by default now.")
  var timestamp: Int64?

  @Argument(help: "The file to sign; - is standard input.")
  var file = "-"

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let signer = try RequestSigner(scheme: scheme, secret: try secret.resolve())
      let body = try InputFile.read(file)
      for field in signer.headers(for: body, id: id, timestampSeconds: timestamp) {
        try Terminal.write(Array("\(field.name): \(field.value)\n".utf8))
      }
    }
  }
}
