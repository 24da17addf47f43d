private import CMicroHTTPD
import Glibc

/// What the system says about an error code, for a message.
func systemErrorText(_ code: Int32) -> String {
  var text = [CChar](repeating: 0, count: 128)
  guard unsafe strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// How many cores the scheduler gives this process: those of its affinity mask (`taskset`, a container's cpuset), which
/// may be fewer than are online.
func availableCoreCount() -> Int {
  let allowed = Int(CMicroHTTPDCoreCount())
  return allowed > 0 ? allowed : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
