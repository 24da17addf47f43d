import CKernelClock

/// The kernel's own word on its clock (adjtimex(2)).
package enum KernelClock {
  /// Whether a time server steers it; nil where the kernel does not tell.
  package static var isSynchronized: Bool? {
    var state = timex()
    let answer = unsafe adjtimex(&state)
    guard answer >= 0 else { return nil }
    return answer != TIME_ERROR && state.status & STA_UNSYNC == 0
  }
}
