private import CMicroHTTPD
import Glibc

/// Runs a closure on a thread of its own. Signals stay with the other threads: their handler must not
/// find them taken by a server.
func startThread(named name: String, _ work: sending @escaping () -> Void) throws(HTTPServerError) {
  let box = unsafe Unmanaged.passRetained(ThreadWork(name: name, work: work))
  var all = sigset_t()
  var before = sigset_t()
  unsafe sigfillset(&all)
  unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
  defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }

  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe _ = pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

  var thread = pthread_t()
  let code = unsafe pthread_create(&thread, &attributes, runThread, box.toOpaque())
  guard code == 0 else {
    unsafe box.release()
    throw .system(call: "pthread_create", code: code)
  }
}

private final class ThreadWork {
  let name: String
  let work: () -> Void

  init(name: String, work: @escaping () -> Void) {
    self.name = name
    self.work = work
  }

  func run() {
    unsafe _ = pthread_setname_np(pthread_self(), String(name.prefix(15)))
    work()
  }
}

private func runThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let box = unsafe box else { return nil }
  unsafe Unmanaged<ThreadWork>.fromOpaque(box).takeRetainedValue().run()
  return nil
}
