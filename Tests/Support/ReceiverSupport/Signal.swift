internal import Glibc
internal import SystemPackage

/// A signal to a program under test.
package struct Signal: RawRepresentable, Sendable {
  package var rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let terminalClosed = Signal(rawValue: SIGHUP)
  package static let userDefinedOne = Signal(rawValue: SIGUSR1)
  package static let terminate = Signal(rawValue: SIGTERM)
  package static let kill = Signal(rawValue: SIGKILL)

  /// Sends it to a process.
  func send(to process: Int32) throws {
    guard Glibc.kill(process, rawValue) == 0 else { throw Errno(rawValue: errno) }
  }
}
