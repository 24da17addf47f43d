import Foundation
import TestKit

/// `openssl s_server` with a certificate for `localhost` by an authority of its own, on a free port.
final class TLSServer {
  let authorityFile: String
  private let folder: TemporaryFolder
  private let process: Process
  private let input = Pipe()
  private let port: String

  struct Failure: Error {
    var output: String
  }

  init(options: [String] = []) throws {
    folder = try TemporaryFolder()
    authorityFile = folder.path + "/ca.pem"
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    try Self.openSSL(
      folder,
      ["req", "-x509", "-subj", "/CN=linqhook test CA", "-keyout", "ca.key", "-out", "ca.pem"] + key
    )
    try Self.openSSL(
      folder,
      ["req", "-x509", "-CA", "ca.pem", "-CAkey", "ca.key", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]
        + ["-keyout", "server.key", "-out", "server.pem"] + key
    )
    let output = Pipe()
    process = Self.process(
      folder,
      ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-www"] + options
    )
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    port = try Self.readPort(output.fileHandleForReading)
  }

  deinit {
    // Not SIGTERM: a child of one of Dispatch's threads begins with it blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func url(host: String) -> String { "https://\(host):\(port)/" }

  /// The line `ACCEPT 127.0.0.1:PORT` says that it listens.
  private static func readPort(_ output: FileHandle) throws -> String {
    var text = ""
    while !text.contains("\n") || !text.contains("ACCEPT") {
      let data = output.availableData
      guard !data.isEmpty else { throw Failure(output: text) }
      text += String(decoding: data, as: UTF8.self)
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
    guard let port = line?.split(separator: ":").last else { throw Failure(output: text) }
    return String(port)
  }

  private static func openSSL(_ folder: TemporaryFolder, _ arguments: [String]) throws {
    let process = process(folder, arguments)
    // Not a pipe: a server that is started meanwhile may inherit its other end, and then it never ends.
    let log = try folder.write("log", "")
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(output: try String(contentsOfFile: log, encoding: .utf8))
    }
  }

  private static func process(_ folder: TemporaryFolder, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    return process
  }
}
