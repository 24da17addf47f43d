/// A whole answer with a body, for a `ScriptedServer`.
public func answer(_ status: String, headers: [String] = [], body: String = "") -> String {
  let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)"]
  return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}
