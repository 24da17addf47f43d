import ArgumentParser
import Foundation
import LinqEvents
import LinqhookAuthentication
import LinqhookHTTPClient
import ShownText

/// `linqhook send`: posts a signed event.
struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Posts a signed event: a file's bytes, or a built-in sample with a fresh id.",
    discussion: """
      Prints status and answer, one line a request. The exit status is 0 if every answer was a 2xx, 65 if an
      event was refused, 69 if the receiver did not answer or could not take it.

      Examples:
        linqhook send http://127.0.0.1:8080/webhooks/linq --secret-file secret --event message.received
        linqhook send http://127.0.0.1:8080/webhooks/linq --set data.text=Hello --count 3
      """
  )

  @OptionGroup var secret: SecretOptions

  @Argument(help: "Where to post.")
  var url: String

  @Argument(help: "The file to post; - is standard input. Without it a sample of --event is posted.")
  var file: String?

  @Option(help: "The type of the sample, V2 or V3.")
  var event = "message.received"

  @Option(help: "v2, v3 or standard. Samples are of V3 for v3 and standard.")
  var scheme: SignatureScheme = .v2

  @Option(help: "Change a field of the event, for example data.text=Hello. May be repeated.")
  var set: [String] = []

  @Option(help: "How many to post, one after the other.")
  var count = 1

  @Option(help: "The event id; with --count all have this one.")
  var id: String?

  func validate() throws {
    if count < 1 { throw ValidationError("--count must be at least 1.") }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let signer = try RequestSigner(scheme: scheme, secret: try secret.resolve())
      var changes: [EventSource.Change] = []
      for text in set { changes.append(try EventSource.change(parsing: text)) }
      let source = try EventSource(
        file: file,
        type: event,
        version: scheme == .v2 ? .v2 : .v3Of2026,
        changes: changes,
        id: id
      )
      try await post(source, signer)
    }
  }

  /// Goes on after an answer that is no success, and fails in the end.
  private func post(_ source: EventSource, _ signer: RequestSigner) async throws(CommandFailure) {
    let client = try CommandClient()
    var failure: CommandFailure?
    for _ in 0..<count {
      let response = try await client.send(try request(source, signer))
      try Terminal.print(Shown.words("\(response.status) \(String(decoding: response.body, as: UTF8.self))"))
      failure = failure ?? Self.failure(response.status)
    }
    await client.shutdown()
    if let failure { throw failure }
  }

  private func request(_ source: EventSource, _ signer: RequestSigner) throws(CommandFailure)
    -> OutgoingRequest
  {
    let body = try source.make()
    let headers = signer.headers(for: body, id: id, timestampSeconds: nil)
    return OutgoingRequest(
      method: "POST",
      url: url,
      headers: [HTTPField("Content-Type", "application/json")] + headers.map { HTTPField($0.name, $0.value) },
      body: .bytes(body),
      timeout: .seconds(10)
    )
  }

  private static func failure(_ status: Int) -> CommandFailure? {
    switch status {
    case 200...299: nil
    case 429, 500...: CommandFailure(.unavailable, "The receiver could not take the event: status \(status).")
    default: CommandFailure(.badData, "The receiver refused the event: status \(status).")
    }
  }
}
