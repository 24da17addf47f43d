import LinqEvents
import LinqhookAuthentication
import Testing

@Suite struct SignatureExplanationTests {
  private let body = "{\"b\": 1,\r\n \"a\": 2}\r\n"

  private func sentences(
    _ headers: SignatureHeaders,
    _ body: String,
    secrets: [String] = [Fixture.plainSecret],
    schemes: Set<SignatureScheme> = Set(SignatureScheme.allCases),
    nowSeconds: Int64 = 1_700_000_000
  ) throws -> String {
    let explanation = try SignatureExplanation(
      of: headers,
      body: Array(body.utf8),
      secrets: secrets.map { try Secret($0) },
      schemes: schemes,
      toleranceSeconds: 300,
      nowSeconds: nowSeconds
    )
    return explanation.sentences.joined(separator: "\n")
  }

  @Test func goodSignatureIsDescribed() throws {
    let text = try sentences(
      Fixture.signed(.v3, "second", body: body),
      body,
      secrets: ["first", "second"]
    )
    #expect(text == "The signature holds: scheme v3, secret number 1, key read as the text's own bytes.")
  }

  @Test func staleStampIsMeasured() throws {
    let text = try sentences(
      Fixture.signed(.standard, body: body),
      body,
      nowSeconds: 1_700_000_900
    )
    #expect(text.contains("900 seconds before"))
  }

  @Test(arguments: [
    ("{\"b\": 1,\r\n \"a\": 2}", "a carriage return and a line feed are added"),
    ("{\"b\": 1,\r\n \"a\": 2}\r\n\n", "the line end after the body is left out"),
    ("{\"b\": 1,\n \"a\": 2}\n", "every LF in the body becomes CR LF"),
    ("\u{FEFF}{\"b\": 1,\r\n \"a\": 2}\r\n", "the byte order mark"),
  ])
  func changedBodyIsFound(received: String, change: String) throws {
    for scheme in SignatureScheme.allCases {
      #expect(try sentences(Fixture.signed(scheme, body: body), received).contains(change))
    }
  }

  @Test func jsonThatWasWrittenAnewIsFound() throws {
    let compact = try Fixture.signed(.v2, body: #"{"b":1,"a":2}"#)
    #expect(try sentences(compact, body).contains("without white space"))
    let sorted = try Fixture.signed(.v2, body: #"{"a":2,"b":1}"#)
    #expect(try sentences(sorted, body).contains("names are sorted"))
  }

  @Test func signatureInTheSpellingOfAnotherSchemeIsFound() throws {
    var headers = try Fixture.signed(.v2, body: body)
    headers.xWebhookSignature = headers.xWebhookSignature.map { String($0.dropFirst(7)) }
    let text = try sentences(headers, body)
    #expect(text.contains("scheme v2"))
    #expect(text.contains("bare hexadecimal digits in X-Webhook-Signature; scheme v2 is written as sha256="))

    headers = try Fixture.signed(.v3, body: body)
    headers.xWebhookSignature = headers.xWebhookSignature.map { "sha256=" + $0 }
    #expect(try sentences(headers, body).contains("scheme v3 is written as bare hexadecimal digits"))

    headers = try Fixture.signed(.standard, body: body)
    headers.webhookSignature = headers.webhookSignature.map { String($0.dropFirst(3)) }
    #expect(try sentences(headers, body).contains("bare base64 in webhook-signature"))
  }

  @Test func timestampInMillisecondsIsNamed() throws {
    let headers = try Fixture.signed(.standard, timestampSeconds: 1_700_000_000_000, body: body)
    let text = try sentences(headers, body)
    #expect(text.contains("webhook-timestamp has 13 digits"))
    #expect(text.contains("scheme standard"))
  }

  @Test func schemeThatIsNotEnabledIsNamed() throws {
    let text = try sentences(Fixture.signed(.v2, body: body), body, schemes: [.standard])
    #expect(text.contains("Scheme v2 is not enabled here."))
  }

  @Test func wrongSecretIsSaidPlainly() throws {
    let text = try sentences(Fixture.signed(.v2, "another secret", body: body), body)
    #expect(text.contains("no configured secret gives it"))
    #expect(text.contains("check that the secret is this subscription's"))
  }

  private static let linqs = "whsec_Y2FuYXJ5+WNhbmFy/WNhbmFyeQ=="

  @Test(arguments: [
    (" @", "the blanks and invisible characters around"), ("@ ", "blanks"), ("@\r\n", "blanks"),
    ("\u{FEFF}@", "blanks"),
    ("\u{A0}@\u{200B}", "blanks"), ("\"@\"", "the quotes around"), ("\u{201C}@\u{201D}", "the quotes around"),
    ("LINQ_WEBHOOK_SECRET=@", "the name before"), ("secret: '@'", "the name before"),
    ("v1,@", "`v1,` before"),
    ("export X=\" v1,@\"", "the name before"), ("@ # from Monday", "the text after the secret"),
    ("@,", "the punctuation mark"),
  ])
  func whatSurroundsASecretIsFound(form: String, words: String) throws {
    for scheme in SignatureScheme.allCases {
      let text = try sentences(
        Fixture.signed(scheme, Self.linqs, body: body),
        body,
        secrets: ["another secret", form.replacing("@", with: Self.linqs)]
      )
      #expect(text.contains("It holds only if") && text.contains(words), "\(text)")
      #expect(text.contains("secret number 1"))
      #expect(!text.contains("Y2Fu"))
    }
  }

  @Test(arguments: [
    ("Y2FuYXJ5+WNhbmFy/WNhbmFyeQ==", "`whsec_` is written before"),
    ("whsec_Y2FuYXJ5+WNhbmFy/WNhbmFyeQ", "the missing `=`"),
    ("whsec_Y2FuYXJ5%2BWNhbmFy%2FWNhbmFyeQ%3D%3D", "its `%` codes"),
    ("whsec_Y2FuYXJ5+WNhb mFy/WNhbmFyeQ==", "blanks within"),
  ])
  func anotherSpellingOfASecretIsFound(spelling: String, words: String) throws {
    let text = try sentences(Fixture.signed(.v2, Self.linqs, body: body), body, secrets: [spelling])
    #expect(text.contains(words), "\(text)")
  }

  @Test func hexadecimalDigitsOfAKeyAreDecoded() throws {
    let text = try sentences(
      Fixture.signed(.v2, "canary-canary-16", body: body),
      body,
      secrets: ["63616e6172792d63616e6172792d3136"]
    )
    #expect(text.contains("hexadecimal digits are decoded"))
  }

  @Test func expectedSignatureIsNeverShown() throws {
    let right = try Fixture.signed(.v2, body: body)
    let digits = try #require(right.xWebhookSignature).dropFirst(7)
    var headers = right
    headers.xWebhookSignature = "sha256=" + String(repeating: "0", count: 64)
    #expect(try !sentences(headers, body).contains(digits))
    #expect(try !sentences(right, body + " ").contains(digits))
    #expect(try !sentences(right, body).contains(Fixture.plainSecret))
  }
}
