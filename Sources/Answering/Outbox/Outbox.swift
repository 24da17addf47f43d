import LinqAPI
import LinqEvents
import LinqhookDelivery

/// What is still to be sent for one event. It is on disk before the first action is sent, and whoever sends the rest, be
/// it after a kill, needs neither the program nor the event.
struct Outbox: Sendable, Equatable {
  private static let format: Int64 = 1

  var target: AnswerTarget
  var actions: [Action]
  /// The first action that is not known to be sent.
  var position = 0
  /// Whether the action at `position` may have been sent before: an attempt was made whose end nobody knows.
  var mayBeSent = false

  init(target: AnswerTarget, actions: [Action]) {
    self.target = target
    self.actions = actions
  }

  /// What was kept as bytes. An attempt that kept it may have been killed behind a send.
  init(kept bytes: [UInt8], version: APIVersion) throws(ActionProblem) {
    guard let json = try? JSONValue(parsing: bytes.span), let format = json[member: "v"]?.integer else {
      throw ActionProblem("The kept answer cannot be read, so its rest is not sent.")
    }
    guard format == Self.format else {
      throw ActionProblem(
        "The kept answer was written by another version of linqhook; start that one to send it."
      )
    }
    guard let target = json[member: "to"].flatMap(AnswerTarget.init),
      let list = json[member: "actions"]?.elements,
      let position = json[member: "next"]?.integer.flatMap(Int.init(exactly:))
    else { throw ActionProblem("The kept answer cannot be read, so its rest is not sent.") }
    let reader = ActionReader(version: version, hasMessage: target.messageID != nil)
    self.init(target: target, actions: try reader.actions(in: list))
    guard (0...actions.count).contains(position) else {
      throw ActionProblem("The kept answer cannot be read, so its rest is not sent.")
    }
    self.position = position
    mayBeSent = true
  }

  var bytes: [UInt8] {
    let json: JSONValue = [
      "v": JSONValue(Self.format), "to": target.json, "next": JSONValue(position),
      "actions": .array(actions.map(\.json)),
    ]
    return json.compactBytes
  }
}
