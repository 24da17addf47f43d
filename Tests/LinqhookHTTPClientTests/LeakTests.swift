import Foundation
import LinqhookHTTPClient
import ScriptedServer
import Testing

@Suite struct LeakTests {
  /// In a process of its own: the other tests open descriptors and threads as well.
  @Test func clientsLeaveNoDescriptorsAndThreads() async {
    await #expect(processExitsWith: .success) {
      let server = try ScriptedServer { connection in
        while let request = connection.readRequest() {
          guard !request.requestLine.contains("silent") else { return connection.waitForEnd() }
          connection.write(request.requestLine.contains("broken") ? "garbage\r\n" : answer("200 OK"))
        }
      }
      try await useClients(count: 3, server.url)
      let before = try usage()
      try await useClients(count: 40, server.url)
      // Threads end just after they have said so, and the server closes when it has seen the client close.
      while try usage().descriptors > before.descriptors { await Task.yield() }
      while try usage().threads > before.threads + 4 { await Task.yield() }
    }
  }
}

private func useClients(count: Int, _ url: String) async throws {
  for number in 1...count {
    let client = try HTTPClient()
    await withTaskGroup(of: Void.self) { group in
      for path in ["/good", "/broken", "/silent", "/good"] {
        let request = OutgoingRequest(method: "GET", url: url + path, timeout: .seconds(0.05))
        group.addTask { _ = try? await client.send(request) }
      }
    }
    // Half of them just go out of scope.
    if number % 2 == 0 { await client.shutdown() }
  }
}

private func usage() throws -> (descriptors: Int, threads: Int) {
  let files = FileManager.default
  return (
    try files.contentsOfDirectory(atPath: "/proc/self/fd").count,
    try files.contentsOfDirectory(atPath: "/proc/self/task").count
  )
}
