import Foundation

/// A way to a server that can be closed and opened again, so that the server is gone for one client and there for others.
struct Relay: Sendable {
  let url: String
  private let port: Int
  private let target: Int

  /// A relay to a port of this machine; it is closed at first.
  init(toPort target: Int) async throws {
    port = try await FaultRun.freePort()
    self.target = target
    url = "http://127.0.0.1:\(port)"
  }

  /// Lets the client through while the body runs. After it, open connections are cut and new ones refused.
  @discardableResult
  func opened<Value>(_ body: () async throws -> Value) async throws -> Value {
    let process = try await Machine.shell(
      """
      ready=$(mktemp)
      python3 -c '\(Self.script)' \(port) \(target) >"$ready" 2>/dev/null </dev/null &
      until grep -q ready "$ready"; do kill -0 $!; sleep 0.01; done
      rm "$ready"
      echo $!
      """
    ).trimmingCharacters(in: .whitespacesAndNewlines)
    do {
      let value = try await body()
      try await Machine.shell("kill \(process)")
      return value
    } catch {
      _ = try? await Machine.shell("kill \(process)")
      throw error
    }
  }

  private static let script = """
    import socket, sys, threading
    port, target = int(sys.argv[1]), int(sys.argv[2])

    def pump(source, sink):
        try:
            while data := source.recv(65536): sink.sendall(data)
        except OSError: pass
        for end in (source, sink):
            try: end.shutdown(socket.SHUT_RDWR)
            except OSError: pass

    server = socket.create_server(("127.0.0.1", port), backlog=128)
    print("ready", flush=True)
    while True:
        client, _ = server.accept()
        try: behind = socket.create_connection(("127.0.0.1", target))
        except OSError: client.close(); continue
        for pair in ((client, behind), (behind, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()
    """
}
