/// One event on its way to one subscription.
struct Delivery: Sendable {
  /// Its number in the log.
  let number: Int
  let event: EventBody
  let subscriptionID: Int
  let fault: InjectedFault
  let gateBefore: Latch?
  let latch: Latch
}
