import LinqhookDelivery
import Logging

let silent = Logger(label: "delivery") { _ in SwiftLogNoOpLogHandler() }

func registration(
  _ handler: any EventHandler,
  name: String = "handler",
  order: HandlerRegistration.Order = .chat,
  concurrency: Int = 4,
  retry: RetryPolicy = RetryPolicy(),
  filter: EventFilter = .all,
  fingerprint: String = ""
) -> HandlerRegistration {
  HandlerRegistration(
    name: name,
    target: .single(handler),
    filter: filter,
    order: order,
    concurrency: concurrency,
    retry: retry,
    fingerprint: fingerprint
  )
}

func registration(
  _ handler: any BatchEventHandler,
  name: String = "handler",
  filter: EventFilter = .all,
  fingerprint: String = ""
) -> HandlerRegistration {
  HandlerRegistration(name: name, target: .batch(handler), filter: filter, fingerprint: fingerprint)
}

extension Dispatcher {
  /// Returns once the figures of the first handler say so: they follow a moment behind what they count.
  nonisolated func waitForFigures(_ condition: (HandlerStatistics) -> Bool) async {
    while !condition(statistics[0]) { await Task.yield() }
  }
}

/// Runs a dispatcher while the body runs, then drains it.
func dispatching(
  _ registrations: [HandlerRegistration],
  over store: any DeliveryStore,
  clock: any DeliveryClock = ManualClock(),
  logger: Logger = silent,
  body: (Dispatcher) async throws -> Void
) async throws {
  let dispatcher = Dispatcher(store: store, registrations: registrations, clock: clock, logger: logger)
  try await dispatcher.start()
  let running = Task { await dispatcher.run() }
  do {
    try await body(dispatcher)
  } catch {
    running.cancel()
    throw error
  }
  await dispatcher.drain(within: .zero)
  await running.value
}
