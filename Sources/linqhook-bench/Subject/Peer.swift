import Foundation

/// Another server that gets the same requests.
struct Peer {
  private enum Kind {
    case program(@Sendable (UInt16) -> (arguments: [String], port: UInt16?))
    case running(UInt16)
  }

  let name: String
  private let kind: Kind
  private let path: String
  private let folder: String

  /// A program that is started for each measurement, with a free port. The port is nil for a program that
  /// chooses its own and prints it.
  init(
    name: String,
    path: String = "/webhooks/linq",
    folder: String,
    _ arguments: @escaping @Sendable (UInt16) -> (arguments: [String], port: UInt16?)
  ) {
    self.name = name
    self.path = path
    self.folder = folder
    kind = .program(arguments)
  }

  /// `NAME=PORT/PATH`.
  init(running text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let port = UInt16(parts[1].prefix { $0 != "/" }) else {
      throw BenchError.subject("--peer \(text) is not NAME=PORT/PATH.")
    }
    name = String(parts[0])
    path = String(parts[1].drop { $0 != "/" })
    folder = "/"
    kind = .running(port)
  }

  func start() async throws -> Subject {
    switch kind {
    case .running(let port): return .running(name: name, port: port, path: path)
    case .program(let arguments):
      let (arguments, port) = arguments(try FreePort.find())
      return try await .start(name: name, arguments, port: port, path: path, folder: folder)
    }
  }

  /// Debian's nginx, which answers a constant 200; webhook, which checks the signature and runs /bin/true;
  /// and a typical receiver in Python.
  static func installed(folder: String) -> [Peer] {
    var peers: [Peer] = []
    if FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx") {
      peers.append(
        Peer(name: "nginx", folder: folder) { port in
          let file = "\(folder)/nginx.conf"
          try? nginx(folder, port).write(toFile: file, atomically: true, encoding: .utf8)
          return (["/usr/sbin/nginx", "-c", file], port)
        }
      )
    }
    if FileManager.default.isExecutableFile(atPath: "/usr/bin/webhook") {
      peers.append(
        Peer(name: "webhook", path: "/hooks/linq", folder: folder) { port in
          let file = "\(folder)/hooks.json"
          try? hooks.write(toFile: file, atomically: true, encoding: .utf8)
          return (["/usr/bin/webhook", "-hooks", file, "-ip", "127.0.0.1", "-port", "\(port)"], port)
        }
      )
    }
    if FastAPIReceiver.isInstallable {
      peers.append(
        Peer(name: "FastAPI", folder: folder) { port in
          (FastAPIReceiver.arguments(folder: folder, port: port), port)
        }
      )
    }
    return peers
  }

  private static func nginx(_ folder: String, _ port: UInt16) -> String {
    """
    daemon off; worker_processes 2; error_log \(folder)/nginx.log; pid \(folder)/nginx.pid;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 100000000; client_body_temp_path \(folder)/nginx-body;
      proxy_temp_path \(folder)/nginx-proxy; fastcgi_temp_path \(folder)/nginx-fastcgi;
      uwsgi_temp_path \(folder)/nginx-uwsgi; scgi_temp_path \(folder)/nginx-scgi;
      server { listen 127.0.0.1:\(port); location / { return 200 '{"status":"accepted"}'; } }
    }
    """
  }

  private static let hooks = """
    [{"id": "linq", "execute-command": "/bin/true",
      "trigger-rule": {"match": {"type": "payload-hmac-sha256", "secret": "\(LoadGenerator.secret)",
        "parameter": {"source": "header", "name": "X-Webhook-Signature"}}}}]
    """
}
