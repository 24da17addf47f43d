import Foundation
import Supervision
import Testing

/// Listens where systemd would, with Python's sockets, and prints what it was told.
private func receiveNotifications(at path: String, _ send: (ServiceManager) -> Void) throws -> [String] {
  let script = """
    import socket, sys
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    p = sys.argv[1]
    s.bind("\\0" + p[1:] if p[0] == "@" else p)
    print("bound", flush=True)
    while True:
        m = s.recv(4096).decode()
        if m == "STATUS=end": break
        print(m.replace("\\n", "|"), flush=True)
    """
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["python3", "-c", script, path]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let bound = try output.fileHandleForReading.read(upToCount: 6)
  #expect(bound.map { String(decoding: $0, as: UTF8.self) } == "bound\n")
  let manager = ServiceManager(environment: ["NOTIFY_SOCKET": path], processID: 1)
  send(manager)
  manager.status("end")
  let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  process.waitUntilExit()
  return text.split(separator: "\n").map(String.init)
}

@Suite struct ServiceManagerTests {
  @Test(arguments: ["/tmp/linqhook-notify-", "@linqhook-notify-"])
  func tellsInTheWordsOfSystemd(_ prefix: String) throws {
    let messages = try receiveNotifications(at: prefix + UUID().uuidString) { manager in
      manager.ready(status: "listening\non 127.0.0.1:8080")
      manager.alive()
      manager.reloading()
      manager.extendTimeout(seconds: 1.5)
      manager.stopping(status: "draining")
    }
    #expect(messages.count == 5)
    #expect(messages[0] == "READY=1|STATUS=listening on 127.0.0.1:8080")
    #expect(messages[1] == "WATCHDOG=1")
    #expect(messages[2].hasPrefix("RELOADING=1|MONOTONIC_USEC="))
    #expect(messages[3] == "EXTEND_TIMEOUT_USEC=1500000")
    #expect(messages[4] == "STOPPING=1|STATUS=draining")
  }

  @Test func aWatchdogForAnotherProcessIsNotOurs() {
    let environment = ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"]
    #expect(ServiceManager(environment: environment, processID: 7).watchdogSeconds == 30)
    #expect(ServiceManager(environment: environment, processID: 8).watchdogSeconds == nil)
    #expect(ServiceManager(environment: [:], processID: 8).watchdogSeconds == nil)
  }

  @Test func withoutASocketNothingHappens() {
    ServiceManager(environment: [:], processID: 1).ready(status: "up")
    ServiceManager(environment: ["NOTIFY_SOCKET": "/nonexistent/socket"], processID: 1).alive()
  }
}
