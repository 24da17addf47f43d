import LinqAPI
import LinqEvents
import Testing

@Suite struct CredentialTests {
  @Test func aTokenPrintsNothingOfItself() throws {
    let token = try IntegrationToken("top-secret-value")
    var dumped = ""
    dump(token, to: &dumped)
    for text in [token.description, String(reflecting: token), "\(token)", dumped] {
      #expect(!text.contains("top-secret"))
    }
  }

  @Test func theTokenComesFromVariableFileOrCredential() throws {
    let files = ["/run/token": "abc\n", "/creds/linq-integration-token": "xyz\r\n"]
    func find(_ environment: [String: String]) throws -> IntegrationToken {
      try IntegrationToken.find(environment: environment) { files[$0] }
    }
    _ = try find(["LINQ_INTEGRATION_TOKEN": "abc"])
    _ = try find(["LINQ_INTEGRATION_TOKEN_FILE": "/run/token"])
    _ = try find(["CREDENTIALS_DIRECTORY": "/creds"])
    for environment in [
      [:], ["LINQ_INTEGRATION_TOKEN": ""], ["LINQ_INTEGRATION_TOKEN": "a b"],
      ["LINQ_INTEGRATION_TOKEN": "a\r\nX-Evil: 1"], ["LINQ_INTEGRATION_TOKEN_FILE": "/none"],
      ["LINQ_INTEGRATION_TOKEN": "a", "LINQ_INTEGRATION_TOKEN_FILE": "/run/token"],
      ["CREDENTIALS_DIRECTORY": "/elsewhere"],
    ] {
      let error = #expect(throws: LinqAPIError.self) { try find(environment) }
      #expect(error?.code == .configuration)
    }
  }

  @Test(arguments: [
    "https://api.linqapp.com", "https://api.linqapp.com/", "http://127.0.0.1:8081", "http://localhost:1",
    "http://[::1]:8081", "http://sandbox:8081", "https://10.1.2.3",
  ])
  func takesAddressesThatKeepTheTokenSafe(text: String) throws {
    #expect(!(try ServiceAddress(parsing: text)).description.hasSuffix("/"))
  }

  @Test(arguments: [
    "", "api.linqapp.com", "ftp://x", "https://", "https://a/b", "https://a?b", "http://api.linqapp.com",
    "http://127.evil.example", "http://10.0.0.1", "http://user@localhost", "http://2130706433", "https://a b",
  ])
  func refusesAddressesThatWouldShowTheToken(text: String) {
    let error = #expect(throws: LinqAPIError.self) { try ServiceAddress(parsing: text) }
    #expect(error?.code == .configuration)
  }

  @Test func anIdNeverLeadsToAnotherPath() {
    #expect(ResourceID("40817")?.description == "40817")
    for text in ["", "../phone_numbers", "1/2", "1?x", "é", "1 2"] { #expect(ResourceID(text) == nil) }
  }

  @Test func idempotencyKeysHaveLettersDigitsHyphenAndUnderscore() throws {
    #expect(try IdempotencyKey(parsing: "a-B_9").description == "a-B_9")
    let made = try IdempotencyKey.random()
    #expect(try IdempotencyKey(parsing: made.description) == made)
    #expect(try IdempotencyKey.random() != made)
    for text in ["", "a b", "ä", "a/b", String(repeating: "a", count: 256)] {
      #expect(throws: LinqAPIError.self) { try IdempotencyKey(parsing: text) }
    }
  }
}
