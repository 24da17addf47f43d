private import Glibc

/// Whether this process can start threads.
///
/// Swift's runtime needs threads before it can report anything; without them it hangs forever or ends
/// silently. So check this first, on the main thread.
public enum ThreadRoom {
  /// Whether `count` more threads can run at once. They are started, and have ended when this returns.
  public static func has(_ count: Int) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return false }
    var threads: [pthread_t] = []
    while threads.count < count, let thread = startWaiting(for: ends[0]) { threads.append(thread) }
    // The threads end when the pipe is closed.
    close(ends[1])
    for thread in threads { pthread_join(thread, nil) }
    close(ends[0])
    return threads.count == count
  }

  private static func startWaiting(for descriptor: Int32) -> pthread_t? {
    var thread = pthread_t()
    let context = unsafe UnsafeMutableRawPointer(bitPattern: Int(descriptor))
    let result = unsafe pthread_create(
      &thread,
      nil,
      { context in
        var byte: UInt8 = 0
        unsafe _ = read(Int32(Int(bitPattern: context)), &byte, 1)
        return nil
      },
      context
    )
    return result == 0 ? thread : nil
  }
}
