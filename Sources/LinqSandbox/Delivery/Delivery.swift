/// One event on its way to one subscription.
struct Delivery: Sendable {
  /// Its number in the log.
  let number: Int
  let event: EventBody
  let subscriptionID: Int
  let disturbance: Disturbance
  let gateBefore: Gate?
  let gate: Gate
}
