/// Which environment variables hold secrets, and which of them handlers would be handed.
///
/// A class, because the readers of all sections write into one list. It stays on the loader's thread.
final class SecretVariables {
  static let webhookSecret = "LINQ_WEBHOOK_SECRET"
  static let webhookSecretFile = "LINQ_WEBHOOK_SECRET_FILE"

  private var names: Set<String> = [webhookSecret, "LINQHOOK_ADMIN_TOKEN", "LINQ_INTEGRATION_TOKEN"]
  private var handed: [(name: String, report: (String) -> Void)] = []

  /// A secret was read from the variable `name`.
  func note(_ name: String) { names.insert(name) }

  /// A secret was read from anywhere: variables with the same value count too.
  func note(valueOf secret: String, in environment: [String: String]) {
    for (name, value) in environment where value == secret { names.insert(name) }
  }

  /// A program would be handed the variable `name`; `report` takes what is wrong with that.
  func willHand(_ name: String, report: @escaping (String) -> Void) { handed.append((name, report)) }

  /// Reports the programs that would be handed a secret. To be called once everything is read.
  func reportHanded() {
    for (name, report) in handed where names.contains(name) {
      report(
        "would hand the secret in \(name) to the program. Take it out: what a program must not know it must not get."
      )
    }
  }
}

/// Names of environment variables (POSIX, Base Definitions 8.1, with lower case allowed).
enum EnvironmentName {
  static func isValid(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.first?.isNumber == false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
