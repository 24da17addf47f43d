import ArgumentParser
import LinqEvents

/// `linqhook message`: one reading of an event, whichever of Linq's shapes it has.
struct MessageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "message",
    abstract: "Prints what an event says about a message, the same for V2 and both versions of V3.",
    discussion: """
      null means that the event does not say. With --field one value is printed as plain text, and nothing where it
      is null; objects and lists are JSON.

      Examples:
        linqhook message event.json
        linqhook message --field text < event.json
      """
  )

  @Option(
    help: "Print this field only, for example text or from.",
    completion: .list(MessageView.fieldNames)
  )
  var field: String?

  @Argument(help: "The event; - or nothing is standard input.")
  var file = "-"

  func validate() throws {
    if let field, !MessageView.fieldNames.contains(field) {
      throw ValidationError("--field must be one of \(MessageView.fieldNames.joined(separator: ", ")).")
    }
  }

  func run() async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      let bytes = try InputFile.read(file)
      let event: JSONValue
      do throws(JSONError) { event = try JSONValue(parsing: bytes.span) } catch {
        throw CommandFailure(.badData, "The event is not JSON: \(error)")
      }
      guard case .object = event else { throw CommandFailure(.badData, "The event is not a JSON object.") }
      let view = MessageView(event: event).json
      guard let field else { return try Terminal.print(String(decoding: view.compactBytes, as: UTF8.self)) }
      guard let value = view[member: field], value != .null else { return }
      if case .scalar(let scalar) = value { return try Terminal.print(scalar.text) }
      try Terminal.print(String(decoding: value.compactBytes, as: UTF8.self))
    }
  }
}
