import Foundation

/// The sockets that systemd hands over at start (sd_listen_fds(3)): descriptors from 3 on, `LISTEN_FDS` of
/// them, for the process `LISTEN_PID`.
enum HandedOverSockets {
  private static let firstDescriptor: Int32 = 3

  static func descriptors(
    environment: [String: String],
    processID: Int32 = ProcessInfo.processInfo.processIdentifier
  ) -> [Int32] {
    guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == processID,
      let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...1024).contains(count)
    else { return [] }
    return Array(firstDescriptor..<firstDescriptor + count)
  }
}
