internal import Foundation
package import PostgreSQL
internal import TestKit

/// A private PostgreSQL for the tests of this process: made on first use in a temporary folder, reached by a Unix socket,
/// and gone with the process, however that ends.
package struct PostgreSQLCluster: Sendable {
  /// The folder of its Unix socket.
  package let folder: String

  private static let started = Result { try PostgreSQLCluster() }

  /// The cluster of this process.
  package static func shared() throws -> PostgreSQLCluster { try started.get() }

  /// How to reach its database.
  package func configuration(user: String = "postgres") -> PostgreSQLConfiguration {
    PostgreSQLConfiguration(
      hosts: [.init(folder)],
      database: "postgres",
      user: user,
      tls: .off,
      applicationName: "linqhook-tests"
    )
  }

  private init() throws {
    let isRoot = getuid() == 0
    // Another user must get there; and the name of a socket is short.
    let parent = isRoot ? "/var/tmp/" : NSTemporaryDirectory()
    folder = parent + "linqhook-pg-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let binaries = try Self.binaries()
    // PostgreSQL refuses to run as root.
    let prefix = isRoot ? "runuser -u postgres -- " : ""
    if isRoot { try Self.shell("chown postgres '\(folder)' && chmod 755 '\(folder)'") }
    let data = folder + "/data"
    try Self.shell(
      "\(prefix)\(binaries)/initdb -D '\(data)' -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >'\(folder)/initdb.log' 2>&1"
    )
    let options = "-k \(folder) -c listen_addresses= -c max_connections=900 -c shared_buffers=64MB"
    try Self.shell(
      "\(prefix)\(binaries)/pg_ctl -D '\(data)' -l '\(data)/server.log' -w -o \"\(options)\" start >/dev/null"
    )
    try watch(
      "\(prefix)\(binaries)/pg_ctl -D '\(data)' -m immediate stop >/dev/null 2>&1; rm -rf '\(folder)'"
    )
  }

  /// Runs `command` when this process is no more: its end closes the pipe.
  private func watch(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "trap '' INT TERM HUP; cat >/dev/null; \(command)"]
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // A descriptor that nobody closes but the end of this process, and that no child inherits.
    _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_DUPFD_CLOEXEC, 3)
  }

  private static func binaries() throws -> String {
    let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")
    guard let newest = versions.compactMap(Int.init).max() else {
      throw ClusterError(description: "PostgreSQL is not installed; install the package postgresql.")
    }
    return "/usr/lib/postgresql/\(newest)/bin"
  }

  private static func shell(_ command: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    // Foundation waits until a socket that it hands down is closed, and the server would keep it open.
    let closing =
      "for fd in /proc/self/fd/*; do fd=${fd##*/}; if [ $fd -gt 2 ]; then eval \"exec $fd>&-\"; fi; done"
    process.arguments = ["-c", "\(closing); \(command)"]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ClusterError(description: "`\(command)` failed with status \(process.terminationStatus).")
    }
  }
}

/// Why there is no cluster.
package struct ClusterError: Error, CustomStringConvertible {
  package let description: String
}
