import ArgumentParser
import LinqEvents

/// What every command about an inbox takes.
struct OperatorOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOption

  @Flag(help: "Print JSON: one object a line.")
  var json = false

  /// Opens the way to the control API and turns failures into message and status.
  func run(
    verifies: Bool = false,
    _ body: (OperatorChannel) async throws(CommandFailure) -> Void
  ) async throws {
    try await reportingFailure { () async throws(CommandFailure) in
      try await OperatorChannel.open(configuration, verifies: verifies, body)
    }
  }

  /// Prints items: as JSON lines, or as rows of a table. `nothing` is printed when there are none.
  func print(
    _ items: [JSONValue],
    in table: TextTable,
    nothing: String,
    add: (JSONValue, inout TextTable) -> Void
  ) throws(CommandFailure) {
    if json {
      for item in items { try Terminal.print(item) }
      return
    }
    guard !items.isEmpty else { return Terminal.say(nothing) }
    var table = table
    for item in items { add(item, &table) }
    try table.print()
  }

  /// Does something for each of several arguments and goes on after a failure, which is printed at once. In the
  /// end the first failure decides the exit status.
  func forEach<Item>(
    _ items: [Item],
    _ body: (Item) async throws(CommandFailure) -> Void
  ) async throws(CommandFailure) {
    var failures: [CommandFailure] = []
    for item in items {
      do throws(CommandFailure) { try await body(item) } catch {
        if items.count == 1 { throw error }
        Terminal.say(error.message)
        failures.append(error)
      }
    }
    guard let first = failures.first else { return }
    throw CommandFailure(first.status, "\(failures.count) of \(items.count) could not be done.")
  }
}

extension Terminal {
  /// A JSON value on a line, on standard output.
  static func print(_ value: JSONValue) throws(CommandFailure) {
    try write(value.compactBytes + [UInt8(ascii: "\n")])
  }
}

extension JSONValue {
  /// A string or number of an answer, for a cell of a table.
  func cell(_ name: String) -> String? {
    guard case .scalar(let scalar)? = self[member: name], scalar != .null else { return nil }
    return scalar.text
  }

  /// Whether a member of an answer is true.
  func isTrue(_ name: String) -> Bool { self[member: name] == .scalar(.bool(true)) }

  /// The list of an answer.
  func list(_ name: String) -> [JSONValue] { self[member: name]?.elements ?? [] }
}
