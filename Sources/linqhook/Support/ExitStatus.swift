import ArgumentParser
import LinqEvents
import ShownText
import SystemPackage

/// Exit statuses, as sysexits.h names them.
enum ExitStatus: Int32 {
  /// What was asked about is not so: `health` of a receiver that is not ready.
  case notReady = 1
  /// `EX_USAGE`: wrong words on the command line.
  case usage = 64
  /// `EX_DATAERR`: the data given is not good.
  case badData = 65
  /// `EX_UNAVAILABLE`: something that is needed is not there.
  case unavailable = 69
  /// `EX_SOFTWARE`: a fault of linqhook.
  case fault = 70
  /// `EX_IOERR`: reading or writing failed.
  case inputOutput = 74
  /// `EX_CONFIG`: the configuration is not good.
  case badConfiguration = 78
}

/// Ends a command: says a sentence on standard error and exits with a status.
struct CommandFailure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// Runs a command's body and turns its failure into message and status.
func reportingFailure(_ body: () async throws(CommandFailure) -> Void) async throws {
  do {
    try await body()
  } catch {
    // Problems of the configuration begin with their file and line, as editors expect.
    if error.status == .badConfiguration { Terminal.note(error.message) } else { Terminal.say(error.message) }
    throw ExitCode(error.status.rawValue)
  }
}

/// Standard output is for results, standard error for messages.
enum Terminal {
  /// A message for the person, on standard error, that says which program speaks.
  static func say(_ message: String) { note("linqhook: \(message)") }

  /// A line on standard error, or several. What would steer the terminal or not be seen is escaped.
  static func note(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array("\(Shown.lines(line))\n".utf8))
  }

  /// A line of the result for people, on standard output, or several; escaped as in `note`.
  static func print(_ line: String) throws(CommandFailure) {
    try write(Array("\(Shown.lines(line))\n".utf8))
  }

  /// JSON from elsewhere on a line, with the same values: what must not reach a terminal is an escape of JSON's own.
  static func print(json: String) throws(CommandFailure) {
    try write(Array("\(JSONText.shown(json))\n".utf8))
  }

  /// Bytes of the result as they are, on standard output.
  static func write(_ bytes: [UInt8]) throws(CommandFailure) {
    do { try FileDescriptor.standardOutput.writeAll(bytes) } catch {
      throw CommandFailure(.inputOutput, "Standard output cannot be written: \(error).")
    }
  }
}
