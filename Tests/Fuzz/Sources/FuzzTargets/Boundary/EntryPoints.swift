import Glibc

// What libFuzzer calls. One program holds every target; LINQHOOK_FUZZ_TARGET chooses.
// https://llvm.org/docs/LibFuzzer.html#fuzz-target

/// The chosen target, made before the first input.
private let target: any FuzzTarget = {
  let name = unsafe getenv("LINQHOOK_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let make = fuzzTargets[name] else {
    fatalError("LINQHOOK_FUZZ_TARGET must be one of \(fuzzTargets.keys.sorted().joined(separator: " ")).")
  }
  return make()
}()

/// Gives one input to the chosen target; what is not good ends the process.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  target.run(input)
  return 0
}
