/// Runs `body` and everything that it starts at the default priority.
///
/// Swift's main task has a higher one. libdispatch turns that into a negative nice value for its threads,
/// which only root may set: other users would get a warning on standard error for each thread, and as root
/// the receiver would take the processor from its own hooks. `body` runs in a detached task, because a
/// waiting caller would raise its priority again; so the caller's cancellation does not reach it.
public nonisolated(nonsending) func atDefaultPriority<Value: Sendable>(
  _ body: @escaping @Sendable () async -> Value
) async -> Value {
  await withCheckedContinuation { continuation in
    Task.detached(priority: .medium) { continuation.resume(returning: await body()) }
  }
}
