import ArgumentParser
import Foundation
import LinqEvents
import ShownText
import Supervision

/// `linqhook quarantine show`.
struct ShowQuarantinedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a rejected request: why it was rejected, its headers and its body.",
    discussion: """
      Examples:
        linqhook quarantine show 3
        linqhook quarantine show 3 --raw | linqhook verify --secret-file secret --explain -

      The sender of the request chose its bytes: on a terminal, control and invisible characters are escaped, as in
      \\u{9B}; a file or a program gets the bytes of --raw as they are.
      """
  )

  @OptionGroup var options: OperatorOptions

  @Flag(help: "Print the request alone, byte for byte: request line, headers, a blank line, the body.")
  var raw = false

  @Argument(help: "The request's number.")
  var number: Int64

  func validate() throws {
    if raw, options.json { throw ValidationError("Give --raw or --json, not both.") }
  }

  func run() async throws {
    try await options.run { channel async throws(CommandFailure) in
      let request = try await channel.get(["quarantine", String(number)])
      if options.json { return try Terminal.print(request) }
      if raw, !StandardOutput.isTerminal { return try Terminal.write(Self.rawBytes(of: request)) }
      if !raw { try Self.printFacts(of: request) }
      for line in Self.headLines(of: request) { try Terminal.print(Shown.line(line)) }
      try Terminal.print("")
      try Terminal.print(
        raw ? String(decoding: Self.body(of: request), as: UTF8.self) : Self.readableBody(of: request)
      )
    }
  }

  private static func printFacts(of request: JSONValue) throws(CommandFailure) {
    try FactList.print([
      ("number", request.cell("number")),
      ("received at", request.cell("received_at")),
      ("class", request.cell("class")),
      ("reason", request.cell("reason")),
      ("detail", request.cell("detail")),
      ("remote", request.cell("remote")),
      ("bytes", request.cell("bytes")),
      ("seen", request.cell("seen")),
      ("last seen at", request.cell("last_seen_at")),
    ])
    try Terminal.print("")
  }

  private static func headLines(of request: JSONValue) -> [String] {
    let query = request.cell("query").map { "?\($0)" } ?? ""
    let fields = request.list("headers").map { "\($0.cell("name") ?? ""): \($0.cell("value") ?? "")" }
    return ["POST \(request.cell("path") ?? "/")\(query) HTTP/1.1"] + fields
  }

  private static func body(of request: JSONValue) -> [UInt8] {
    if let text = request[member: "body"]?.string { return Array(text.utf8) }
    return request[member: "body_base64"]?.string.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
  }

  private static func rawBytes(of request: JSONValue) -> [UInt8] {
    let head = headLines(of: request).map { $0 + "\r\n" }.joined() + "\r\n"
    return Array(head.utf8) + body(of: request)
  }

  /// JSON with indentation, text with its lines, anything else as base64.
  private static func readableBody(of request: JSONValue) -> String {
    let bytes = body(of: request)
    if let json = try? JSONValue(parsing: bytes.span) { return json.prettyText }
    return request[member: "body"]?.string ?? request.cell("body_base64") ?? ""
  }
}
