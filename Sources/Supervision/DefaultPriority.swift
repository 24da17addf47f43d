/// Runs `body` at the default priority, and all that it starts.
///
/// Swift's main task has a higher one. libdispatch turns that into a negative nice value for its threads, which only
/// root may have: everybody else would get a complaint on standard error for each thread, and root a receiver that
/// takes the processor from its own hooks. The caller is not told to `body` as one who waits, as that would raise
/// it again; so its cancellation is not passed on either.
public nonisolated(nonsending) func atDefaultPriority<Value: Sendable>(
  _ body: @escaping @Sendable () async -> Value
) async -> Value {
  await withCheckedContinuation { continuation in
    Task.detached(priority: .medium) { continuation.resume(returning: await body()) }
  }
}
