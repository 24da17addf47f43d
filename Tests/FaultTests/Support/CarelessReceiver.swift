import ReceiverSupport
import SystemPackage

/// A receiver as one writes it in an hour: it answers first and writes later, many lines at a time, and when it is told to
/// stop. Nothing is wrong with it until it is killed.
enum CarelessReceiver {
  /// Runs it in the place of linqhook; its exit status.
  @discardableResult
  static func run(
    _ run: FaultRun,
    _ body: @Sendable (RunningReceiver) async throws -> Void
  ) async throws -> Int32 {
    let arguments = ["-c", program, "\(run.port)", "\(run.state)/events.ndjson"]
    return try await withReceiver(
      in: run.folder,
      configuration: run.configuration,
      program: "/usr/bin/python3",
      arguments: { _ in arguments },
      body
    )
  }

  private static let program = """
    import http.server, os, signal, sys, threading
    port, path = int(sys.argv[1]), sys.argv[2]
    waiting, lock = [], threading.Lock()

    def write():
        with lock, open(path, 'ab') as file:
            file.write(b''.join(waiting))
            waiting.clear()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        def do_POST(self):
            line = self.rfile.read(int(self.headers['Content-Length'])) + b'\\n'
            with lock: waiting.append(line)
            self.send_response(200)
            self.send_header('Content-Length', '0')
            self.end_headers()
            if len(waiting) >= 50: write()
        def log_message(self, *arguments): pass

    def end(*arguments):
        write()
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    print(f'127.0.0.1:{port}', flush=True)
    server.serve_forever()
    """
}
