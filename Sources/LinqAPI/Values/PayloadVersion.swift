import LinqEvents

/// The query by which V3 knows in which shape to send events.
public enum PayloadVersion {
  /// The newest one.
  public static let newest = SampleEvent.Version.v3Of2026.rawValue

  /// The URL with `version=2026-02-03`, unless it names a version already.
  public static func added(to url: String) -> String {
    let parts = url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let (address, fragment) = (parts[0], parts.count > 1 ? "#\(parts[1])" : "")
    let query = address.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    guard !query.split(separator: "&").contains(where: { $0 == "version" || $0.hasPrefix("version=") }) else {
      return url
    }
    let joint = address.contains("?") ? (query.isEmpty ? "" : "&") : "?"
    return "\(address)\(joint)version=\(newest)\(fragment)"
  }
}
