import LinqhookAuthentication
import Testing

@Suite struct SecretTests {
  private let text = "whsec_do-not-print-me"

  @Test func emptySecretIsRefused() {
    #expect(throws: AuthenticationError.emptySecret) { try Secret("") }
    #expect(throws: AuthenticationError.emptySecret) { try Secret([UInt8]()) }
    #expect(throws: AuthenticationError.emptySecret) { try Secret(capacity: 8) { _ in } }
  }

  @Test func nothingThatPrintsShowsTheBytes() throws {
    let secret = try Secret(text)
    var dumped = ""
    dump(secret, to: &dumped)
    for shown in ["\(secret)", String(describing: secret), String(reflecting: secret)] {
      #expect(shown == "<secret>")
    }
    #expect(!dumped.contains("do-not-print-me"))
    #expect(!"\([secret])".contains("do-not-print-me"))
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test func bytesAreThoseOfTheText() throws {
    let secret = try Secret(text)
    let bytes = secret.withBytes { span in span.indices.map { span[$0] } }
    #expect(bytes == Array(text.utf8))
    #expect(secret.byteCount == text.utf8.count)
  }

  @Test func secretsAreEqualWhenTheirBytesAre() throws {
    let secret = try Secret(text)
    #expect(try secret.isEqual(to: Secret(Array(text.utf8))))
    #expect(try !secret.isEqual(to: Secret(text + "!")))
    #expect(try !secret.isEqual(to: Secret(text.uppercased())))
  }

  @Test func derivedSecretHoldsWhatWasWritten() throws {
    let derived = try Secret(capacity: 16) { output in
      for byte in "abc".utf8 { output.append(byte) }
    }
    #expect(try derived.isEqual(to: Secret("abc")))
  }

  @Test func errorsAreSentencesWithoutContent() {
    let errors: [AuthenticationError] = [
      .emptySecret, .algorithmUnavailable, .keyRefused(byteCount: 3), .randomUnavailable,
    ]
    for error in errors { #expect(error.description.hasSuffix(".")) }
  }
}

@Suite struct SecureRandomTests {
  @Test(arguments: [0, 1, 16, 4_096])
  func givesAsManyBytesAsAsked(count: Int) throws {
    #expect(try SecureRandom.bytes(count: count).count == count)
  }

  @Test func neverGivesTheSameBytesTwice() throws {
    let drawn = try (0..<1_000).map { _ in try SecureRandom.bytes(count: 16) }
    #expect(Set(drawn).count == 1_000)
  }
}
