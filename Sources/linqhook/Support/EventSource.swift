import Foundation
import LinqEvents

/// Where `send` takes its events from: a file, or a sample, with fields changed.
struct EventSource {
  /// One `--set path=value`.
  struct Change {
    let path: JSONPath
    let value: JSONValue
  }

  private enum Origin {
    case file([UInt8])
    case sample(type: String, version: SampleEvent.Version)
  }

  private let origin: Origin
  private let changes: [Change]
  private let id: String?

  /// - Parameters:
  ///   - file: the file to take, else a sample of `type` is made.
  ///   - id: the id for every event; by default the file's own, or a new one for each sample.
  init(
    file: String?,
    type: String,
    version: SampleEvent.Version,
    changes: [Change],
    id: String?
  ) throws(CommandFailure) {
    origin = if let file { .file(try InputFile.read(file)) } else { .sample(type: type, version: version) }
    self.changes = changes
    self.id = id
  }

  /// The bytes of the next event. A file without changes goes out byte for byte.
  func make() throws(CommandFailure) -> [UInt8] {
    switch origin {
    case .file(let bytes):
      let ownID = try id.map { id throws(CommandFailure) in
        try Self.change(path: "event_id", value: .scalar(.string(id)))
      }
      let all = changes + (ownID.map { [$0] } ?? [])
      if all.isEmpty { return bytes }
      guard let event = try? JSONValue(parsing: bytes.span) else {
        throw CommandFailure(.badData, "The event is not JSON, so that no field of it can be changed.")
      }
      return try Self.apply(all, to: event).compactBytes
    case .sample(let type, let version):
      return try Self.apply(changes, to: try sample(type, version)).compactBytes
    }
  }

  private func sample(_ type: String, _ version: SampleEvent.Version) throws(CommandFailure) -> JSONValue {
    let made = SampleEvent.make(
      type: type,
      version: version,
      eventID: id ?? UUID().uuidString.lowercased(),
      createdAtMilliseconds: Int64(Date().timeIntervalSince1970 * 1000)
    )
    if let made { return made }
    throw CommandFailure(
      .usage,
      "There is no sample of \(type) for this scheme. Known: "
        + SampleEvent.types(in: version).joined(separator: ", ") + "."
    )
  }

  private static func apply(_ changes: [Change], to event: JSONValue) throws(CommandFailure) -> JSONValue {
    var event = event
    for change in changes where !event.set(change.value, at: change.path) {
      throw CommandFailure(.usage, "--set \(change.path) leads through a value that has no fields.")
    }
    return event
  }

  /// Reads `path=value`. A value that is JSON is taken as such, all else as text.
  static func change(parsing text: String) throws(CommandFailure) -> Change {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw CommandFailure(
        .usage,
        "--set \(text) has no path=value. Write for example --set data.text=Hello."
      )
    }
    let value = String(text[text.index(after: equals)...])
    let parsed = try? JSONValue(parsing: Array(value.utf8).span)
    return try change(path: String(text[..<equals]), value: parsed ?? .scalar(.string(value)))
  }

  private static func change(path: String, value: JSONValue) throws(CommandFailure) -> Change {
    do { return Change(path: try JSONPath(path), value: value) } catch {
      throw CommandFailure(.usage, "--set \(path) is not a path. \(error.description)")
    }
  }
}
