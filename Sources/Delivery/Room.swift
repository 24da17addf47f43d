// Delivery: Dispatcher, lanes, retry policy, the EventHandler port.
