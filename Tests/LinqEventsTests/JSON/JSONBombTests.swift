import Glibc
import LinqEvents
import Testing

/// Texts that are made to cost. What they cost is counted, in processor time of this thread and in memory, against
/// limits that a reader whose work grows with the square of the text cannot keep: a megabyte would take it hours.
@Suite(.serialized) struct JSONBombTests {
  private static let megabyte = 1 << 20
  private static let maxCpuSeconds = 20.0
  private static let maxMemoryMegabytes = 600

  @Test func aMillionBracketsAreRefusedAtTheFirstOneTooMany() {
    for opening in ["[", "{\"a\":", "[{\"a\":", "[\n", "[[],", "{\"a\":1,\"b\":"] {
      let bytes = Array(String(repeating: opening, count: Self.megabyte).utf8)
      let error = #expect(throws: JSONError.self) { try JSONTokenizer.validate(bytes.span) }
      #expect(error?.reason == .tooDeep)
      // Nothing behind it was looked at, however long the text is.
      #expect((error?.offset ?? .max) <= JSONTokenizer.maxDepth * opening.utf8.count)
      #expect(throws: JSONError.self) { try JSONValue(parsing: bytes.span) }
      #expect(throws: EnvelopeError.self) { try EventEnvelope.read(bytes) }
    }
  }

  @Test func aMillionClosedBracketsSideBySideAreNotDeep() {
    let text = "[" + String(repeating: "[],", count: Self.megabyte) + "[]]"
    expectBounded(Array(text.utf8), tokens: 2 * Self.megabyte + 4)
  }

  @Test func aNumberOfAMillionDigitsIsOneToken() {
    for head in ["", "-", "0.", "1e", "1e-", "1.5E+"] {
      expectBounded(Array((head + String(repeating: "7", count: Self.megabyte)).utf8), tokens: 1)
    }
  }

  @Test func aStringOfAMillionEscapesIsOneToken() {
    for piece in ["\\n", "\\u0041", "\\ud83d\\ude00", "\\ud800", "é", "😀", "\\\\"] {
      expectBounded(Array("\"\(String(repeating: piece, count: Self.megabyte / 4))\"".utf8), tokens: 1)
    }
  }

  @Test func aMillionNamesCostWhatTheyWeigh() {
    let equal = "{" + String(repeating: "\"event_id\":1,", count: Self.megabyte / 8) + "\"event_type\":\"a\"}"
    let different = "{" + (0..<Self.megabyte / 8).map { "\"k\($0)\":0," }.joined() + "\"event_type\":\"a\"}"
    for text in [equal, different] { expectBounded(Array(text.utf8), tokens: Self.megabyte / 4 + 4) }
  }

  @Test func aMegabyteOfBlanksIsNoToken() {
    expectBounded(Array((String(repeating: " \n\t\r", count: Self.megabyte / 4) + "1").utf8), tokens: 1)
  }

  @Test func anEnvelopeKeepsNoLongTextOfItsEvent() throws {
    let long = String(repeating: "x", count: Self.megabyte)
    let body =
      #"{"api_version":"v2","event_type":"a","event_id":"\#(long)","created_at":"\#(long)","data":{}}"#
    let before = memoryMegabytes()
    let envelope = try EventEnvelope.read(Array(body.utf8))
    #expect(envelope.eventID == nil && envelope.eventIDProblem != nil)
    #expect((envelope.createdAt?.utf8.count ?? 0) <= EventEnvelope.maxTextBytes)
    #expect(memoryMegabytes() - before < Self.maxMemoryMegabytes)
  }

  /// Tokens as counted, and every reader of this module within its limits.
  private func expectBounded(_ bytes: [UInt8], tokens expected: Int) {
    let memoryBefore = memoryMegabytes()
    let secondsBefore = processorSeconds()
    var tokenizer = JSONTokenizer()
    var tokens = 0
    while (try? tokenizer.next(in: bytes.span)) ?? nil != nil { tokens += 1 }
    #expect(tokens == expected)
    _ = try? JSONValue(parsing: bytes.span)
    _ = try? EventEnvelope.read(bytes)
    #expect(processorSeconds() - secondsBefore < Self.maxCpuSeconds)
    #expect(memoryMegabytes() - memoryBefore < Self.maxMemoryMegabytes)
  }

  private func processorSeconds() -> Double {
    var usage = rusage()
    // RUSAGE_THREAD, which Swift does not import.
    unsafe getrusage(__rusage_who_t(1), &usage)
    let parts = [usage.ru_utime, usage.ru_stime]
    return parts.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
  }

  /// The most that the process has had so far.
  private func memoryMegabytes() -> Int {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(0), &usage)
    return usage.ru_maxrss / 1024
  }
}
