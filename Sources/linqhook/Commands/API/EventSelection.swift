import ArgumentParser
import LinqAPI
import LinqEvents

/// The event types of a subscription.
struct EventSelection: ParsableArguments {
  @Option(help: "Event types, separated by commas; * matches any letters. By default all types of V2.")
  var events: [String] = []

  /// The types, each once; nil when none are named.
  func resolve() throws(CommandFailure) -> [String]? {
    var types: [String] = []
    for glob in events.flatMap({ $0.split(separator: ",") }).map(String.init) {
      let isGlob = glob.contains("*") || glob.contains("?")
      let matching = WebhookSubscription.subscribableEvents.filter(EventTypePattern(glob).matches)
      if isGlob, matching.isEmpty {
        throw CommandFailure(
          .usage,
          "No event type of V2 matches \(glob). The types are "
            + "\(WebhookSubscription.subscribableEvents.joined(separator: ", "))."
        )
      }
      for type in isGlob ? matching : [glob] where !types.contains(type) { types.append(type) }
    }
    return types.isEmpty ? nil : types
  }
}
