import Foundation

/// A typical receiver in Python, with Debian's packages python3-fastapi and python3-uvicorn: it checks the
/// signature, finds duplicates, syncs each event before its answer, and files it.
enum FastAPIReceiver {
  /// Whether the needed Python packages are installed.
  static var isInstallable: Bool {
    ["fastapi", "uvicorn"].allSatisfy {
      FileManager.default.fileExists(atPath: "/usr/lib/python3/dist-packages/\($0)")
    }
  }

  /// The command that runs it, with a new store each time.
  static func arguments(folder: String, port: UInt16) -> [String] {
    ["/usr/bin/python3", "-c", program, folder, "\(port)", LoadGenerator.secret]
  }

  private static let program = """
    import hashlib, hmac, json, sqlite3, sys
    import uvicorn
    from fastapi import FastAPI, Request, Response

    folder, port, secret = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()
    db = sqlite3.connect(f"{folder}/fastapi-{port}.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE event (id TEXT PRIMARY KEY, body BLOB)")
    lines = open(f"{folder}/fastapi-{port}.ndjson", "ab", buffering=0)
    app = FastAPI()

    @app.post("/webhooks/linq")
    async def receive(request: Request):
        body = await request.body()
        expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers.get("x-webhook-signature", "")):
            return Response(status_code=401)
        event = json.loads(body)
        row = (event["event_id"], body)
        if db.execute("INSERT OR IGNORE INTO event VALUES (?, ?)", row).rowcount == 0:
            return {"status": "duplicate", "event_id": event["event_id"]}
        lines.write(body + b"\\n")
        return {"status": "accepted", "event_id": event["event_id"]}

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
    """
}
