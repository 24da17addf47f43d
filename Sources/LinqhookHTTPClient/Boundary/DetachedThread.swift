import Glibc

/// Threads that nobody joins.
enum DetachedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  /// Starts a thread with every signal blocked: signals belong to the program's own threads, and a broken
  /// pipe must not end the process. False when there is no room for a thread.
  static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
    withAllSignalsBlocked {
      let body = unsafe Unmanaged.passRetained(Body(run))
      var thread = pthread_t()
      guard unsafe pthread_create(&thread, nil, onStart, body.toOpaque()) == 0 else {
        unsafe body.release()
        return false
      }
      pthread_detach(thread)
      return true
    }
  }

  private static let onStart: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    argument in
    if let argument = unsafe argument {
      unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
    }
    return nil
  }

  /// A new thread begins with the mask of the one that starts it.
  private static func withAllSignalsBlocked(_ body: () -> Bool) -> Bool {
    var every = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&every)
    unsafe pthread_sigmask(SIG_SETMASK, &every, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}
