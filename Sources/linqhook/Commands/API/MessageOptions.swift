import ArgumentParser
import Foundation
import LinqAPI

/// The options for a message's attachments and key.
struct MessageOptions: ParsableArguments {
  @Option(help: "A file to upload, or an http or https URL that Linq fetches. May be repeated.")
  var attach: [String] = []

  @Option(
    help: """
      Identifies this send: Linq carries out repeated requests with the same key only once. Letters, \
      digits, - and _; by default a new key.
      """
  )
  var idempotencyKey: String?

  func message(text: String, attachments: [String]) throws(CommandFailure) -> OutgoingMessage {
    let isURL: (String) -> Bool = { $0.hasPrefix("https://") || $0.hasPrefix("http://") }
    let files = attachments.filter { !isURL($0) }
    if let missing = files.first(where: { !FileManager.default.isReadableFile(atPath: $0) }) {
      throw CommandFailure(
        .inputOutput,
        "\(missing) cannot be read. Check that the file exists and that you may read it."
      )
    }
    do throws(LinqAPIError) {
      return OutgoingMessage(
        text: text,
        attachmentURLs: attachments.filter(isURL),
        attachmentFiles: files,
        idempotencyKey: try key()
      )
    } catch {
      throw CommandFailure(error)
    }
  }

  private func key() throws(LinqAPIError) -> IdempotencyKey {
    if let idempotencyKey { try IdempotencyKey(parsing: idempotencyKey) } else { try .random() }
  }
}
