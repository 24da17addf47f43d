import Foundation

/// Secrets that stand nowhere else in the world, and the search for them.
struct Canaries {
  private static let words = ["webhook", "file", "admin", "target", "authorization"]
  private let secrets: [String: String]

  init() {
    let pairs = Self.words.map { word in
      (word, "canary-\(word)-\(UUID().uuidString)")
    }
    secrets = Dictionary(uniqueKeysWithValues: pairs)
  }

  private func secret(_ word: String) -> String { secrets[word] ?? "" }

  /// The webhook secret as Linq shows it: base64 behind `whsec_`.
  var webhook: String { "whsec_" + Data(secret("webhook").utf8).base64EncodedString() }

  /// The secret for a file.
  var inFile: String { secret("file") }

  /// The others, for the receiver's environment.
  var environment: [String: String] {
    [
      "LINQ_WEBHOOK_SECRET": webhook, "ADMIN_TOKEN": secret("admin"), "CRM_SECRET": secret("target"),
      "CRM_AUTHORIZATION": "Bearer \(secret("authorization"))",
    ]
  }

  /// Each secret as text, as hexadecimal digits, and as base64 wherever it begins within other bytes.
  private var spellings: [Data] {
    secrets.values.flatMap { secret in
      let bytes = Data(secret.utf8)
      let digits = bytes.map { String(format: "%02x", $0) }.joined()
      // The characters that other bytes beside the secret would change are left out.
      let encoded = (0..<3).map { shift in
        let text = (Data(repeating: 0, count: shift) + bytes).base64EncodedString()
        return String(text.dropFirst(shift == 0 ? 0 : 4).dropLast(4))
      }
      return ([secret, digits, digits.uppercased()] + encoded).map { Data($0.utf8) }
    }
  }

  func isIn(_ data: Data) -> Bool { spellings.contains { data.range(of: $0) != nil } }

  /// The files under a folder that hold a secret in any spelling, by their paths in it.
  func places(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
      let contents = FileManager.default.contents(atPath: "\(folder)/\(path)")
      return contents.map(isIn) ?? false
    }
  }
}
