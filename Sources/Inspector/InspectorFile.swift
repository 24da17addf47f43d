/// A file of the inspector, as a browser gets it. All are in the binary.
public struct InspectorFile: Sendable {
  /// The media type.
  public let contentType: String
  /// The content.
  public let bytes: [UInt8]
  /// Changes with the content; in quotes, as the header has it.
  public let entityTag: String

  private init(_ contentType: String, _ bytes: [UInt8]) {
    self.contentType = contentType
    self.bytes = bytes
    // FNV-1a: it only has to differ between versions.
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    entityTag = "\"\(String(hash, radix: 16))\""
  }

  /// The file at this path below `/inspector/`; the empty path is the page itself.
  public static func named(_ path: String) -> InspectorFile? { files[path] }

  /// The names of all files.
  public static var names: [String] { files.keys.sorted() }

  private static let files: [String: InspectorFile] = [
    "": page("text/html; charset=utf-8", PackageResources.index_html),
    "inspector.css": page("text/css; charset=utf-8", PackageResources.inspector_css),
    "icon.svg": page("image/svg+xml", PackageResources.icon_svg),
    "icon-attention.svg": page("image/svg+xml", PackageResources.icon_attention_svg),
    "inspector.js": script(PackageResources.inspector_js),
    "api.js": script(PackageResources.api_js),
    "elements.js": script(PackageResources.elements_js),
    "words.js": script(PackageResources.words_js),
    "routes.js": script(PackageResources.routes_js),
    "frame.js": script(PackageResources.frame_js),
    "keys.js": script(PackageResources.keys_js),
    "overview.js": script(PackageResources.overview_js),
    "events.js": script(PackageResources.events_js),
    "event.js": script(PackageResources.event_js),
    "dead.js": script(PackageResources.dead_js),
    "quarantine.js": script(PackageResources.quarantine_js),
    "handlers.js": script(PackageResources.handlers_js),
  ]

  private static func page(_ contentType: String, _ bytes: [UInt8]) -> InspectorFile {
    InspectorFile(contentType, bytes)
  }

  private static func script(_ bytes: [UInt8]) -> InspectorFile {
    InspectorFile("text/javascript; charset=utf-8", bytes)
  }
}
