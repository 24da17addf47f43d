private import CSemaphore
// The compiler may find `timespec` in either of these two, whichever a file beside this one has loaded first.
import Glibc
internal import SwiftOverlayShims

/// A counting semaphore whose waits end by a clock that does not jump.
///
/// That of Dispatch sleeps until a wall time: when the wall clock is set back meanwhile, two milliseconds become as
/// long as the step.
///
/// `@unchecked Sendable` because of the pointer: it never changes, and POSIX makes what it points to for many threads.
@safe final class MonotonicSemaphore: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  /// Makes one that nobody has signalled.
  init() {
    unsafe semaphore = .allocate(capacity: 1)
    // Fails only for a count that is too large.
    unsafe sem_init(semaphore, 0, 0)
  }

  deinit {
    unsafe sem_destroy(semaphore)
    unsafe semaphore.deallocate()
  }

  /// Ends one wait, now or in future.
  func signal() { unsafe sem_post(semaphore) }

  /// Returns when it was signalled, or after `time`.
  func wait(for time: Duration) {
    var end = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = end.tv_nsec + Int(time / .nanoseconds(1))
    end.tv_sec += nanoseconds / 1_000_000_000
    end.tv_nsec = nanoseconds % 1_000_000_000
    while unsafe sem_clockwait(semaphore, CLOCK_MONOTONIC, &end) != 0, errno == EINTR {}
  }
}
