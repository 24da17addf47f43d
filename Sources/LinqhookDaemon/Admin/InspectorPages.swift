import Inspector
import MicroHTTP

/// Serves the files of the inspector. They hold no data, so they need no token.
enum InspectorPages {
  /// Nil where the path is none of the inspector's.
  static func response(to request: HTTPSnapshot) -> HTTPResponse? {
    guard ["GET", "HEAD"].contains(request.method) else { return nil }
    if request.path == "/" || request.path == "/inspector" { return moved }
    guard request.path.hasPrefix("/inspector/") else { return nil }
    guard let file = InspectorFile.named(String(request.path.dropFirst("/inspector/".count))) else {
      return nil
    }
    let headers = fields + [HTTPHeaderField("ETag", file.entityTag)]
    let known = (request.header("If-None-Match") ?? "").split(separator: ",").map { $0.drop { $0 == " " } }
    guard !known.contains(Substring(file.entityTag)) else {
      return HTTPResponse(status: 304, headers: headers)
    }
    return HTTPResponse(
      status: 200,
      headers: headers + [HTTPHeaderField("Content-Type", file.contentType)],
      body: file.bytes
    )
  }

  private static let moved = HTTPResponse(status: 308, headers: [HTTPHeaderField("Location", "/inspector/")])

  /// Nothing but the page's own files and its own API, no frame around it, and no text as markup.
  private static let fields = [
    HTTPHeaderField(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; "
        + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    HTTPHeaderField("X-Content-Type-Options", "nosniff"),
    HTTPHeaderField("Referrer-Policy", "no-referrer"),
    HTTPHeaderField("Cross-Origin-Opener-Policy", "same-origin"),
    HTTPHeaderField("Cross-Origin-Resource-Policy", "same-origin"),
    HTTPHeaderField("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    HTTPHeaderField("Cache-Control", "no-cache"),
  ]
}
