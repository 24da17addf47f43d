/// Looks at the environment as a whole: what contradicts itself, and what is probably a slip of the pen.
struct EnvironmentCheck {
  /// The file itself, what the example gives the admin token by, and what sets a key.
  private static let known =
    ["LINQHOOK_CONFIG", "LINQHOOK_ADMIN_TOKEN"]
    + SettingsManual.variables.filter { $0.hasPrefix("LINQHOOK_") }

  let context: LoadContext

  func run() {
    let secrets = [SecretVariables.webhookSecret, SecretVariables.webhookSecretFile]
    if secrets.allSatisfy({ context.variable($0) != nil }) {
      context.problems.report(
        Problem(
          place: .environment(SecretVariables.webhookSecret),
          message: "is set, and so is \(SecretVariables.webhookSecretFile). Set one of them."
        )
      )
    }
    // Only near misses: an orchestrator sets LINQHOOK_SERVICE_HOST and the like without asking anybody.
    for name in context.environment.keys.sorted()
    where name.hasPrefix("LINQHOOK_") && !Self.known.contains(name) {
      let written = Array(name)
      if let meant = Self.known.first(where: { NearestName.distance(written, Array($0)) <= 2 }) {
        context.problems.warn(
          Problem(place: .environment(name), message: "means nothing to linqhook; did you mean \(meant)?")
        )
      }
    }
  }
}
