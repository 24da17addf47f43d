import LinqAPI
import LinqEvents

/// The checked message of a call.
struct MessageInput {
  let text: String
  let idempotencyKey: String?
  let attachmentURLs: [String]
  let files: [RequestParameters.File]

  init(_ parameters: RequestParameters) throws(CallRejection) {
    guard let message = parameters.fields["message"] else { throw .missing("message") }
    guard let value = message["text"] else { throw .missing("message[text]") }
    guard let text = value.asText else { throw .invalid("message[text] must be a text.") }
    self.text = text
    idempotencyKey = try Self.key(message["idempotency_key"])
    attachmentURLs = try Self.urls(message["attachment_urls"])
    files = parameters.files
    if let file = files.first(where: { $0.field != "message[attachments][]" }) {
      throw .invalid("Files belong into message[attachments][], not \(file.field).")
    }
    guard !text.isEmpty || !files.isEmpty || !attachmentURLs.isEmpty else {
      throw .invalid("message[text] must not be empty.")
    }
  }

  private static func key(_ value: JSONValue?) throws(CallRejection) -> String? {
    guard let value else { return nil }
    do throws(LinqAPIError) {
      return try IdempotencyKey(parsing: value.asText ?? "").description
    } catch {
      throw .invalid("message[idempotency_key] may have letters, digits, - and _ only.")
    }
  }

  private static func urls(_ value: JSONValue?) throws(CallRejection) -> [String] {
    guard let value else { return [] }
    let urls = value.asList?.compactMap(\.asText).filter(WebhookURL.isAbsolute)
    guard let urls, urls.count == value.asList?.count else {
      throw .invalid("message[attachment_urls] must be a list of http or https URLs.")
    }
    return urls
  }
}
