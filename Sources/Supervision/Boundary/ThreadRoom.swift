private import Glibc

/// Whether this process may have threads.
///
/// Swift's runtime needs some before it can say anything, and when it gets none it waits for ever, or ends without a
/// word. So this is asked first, on the main thread.
public enum ThreadRoom {
  /// Whether so many more threads can be had at once. They are made, and gone when this returns.
  public static func has(_ count: Int) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return false }
    var threads: [pthread_t] = []
    while threads.count < count, let thread = startWaiting(for: ends[0]) { threads.append(thread) }
    // The end of the pipe is what they wait for.
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
