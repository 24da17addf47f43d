import ArgumentParser
import LinqAPI
import LinqEvents

/// Which event types a subscription has.
struct EventSelection: ParsableArguments {
  @Option(
    help: "Event types, separated by commas; * stands for any letters. By default all that the version has."
  )
  var events: [String] = []

  /// The types, each once; nil when none are named.
  func resolve(_ version: APIVersion) throws(CommandFailure) -> [String]? {
    let known = WebhookSubscription.subscribableEvents(version)
    var types: [String] = []
    for glob in events.flatMap({ $0.split(separator: ",") }).map(String.init) {
      let isGlob = glob.contains("*") || glob.contains("?")
      let matching = known.filter(EventTypePattern(glob).matches)
      if isGlob, matching.isEmpty {
        throw CommandFailure(
          .usage,
          "No event type of \(version.rawValue.uppercased()) matches \(glob). There are \(known.joined(separator: ", "))."
        )
      }
      for type in isGlob ? matching : [glob] where !types.contains(type) { types.append(type) }
    }
    return types.isEmpty ? nil : types
  }
}
