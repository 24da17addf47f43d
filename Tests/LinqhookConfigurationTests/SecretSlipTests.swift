import Foundation
import LinqhookConfiguration
import TestKit
import Testing

/// What people get wrong when they put a secret somewhere: it is taken right, or it is named.
@Suite struct SecretSlipTests {
  let folder: TemporaryFolder
  static let secret = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnk="

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A place that a secret can stand in.
  enum Place: CaseIterable {
    case file, variable, credential, fileVariable, literal
  }

  private func load(_ text: String, in place: Place, key: String? = nil) throws -> LoadedSettings {
    try folder.write("secret", text)
    var environment = ["HOME": "/"]
    let reference: String
    switch place {
    case .file: reference = "file:secret"
    case .variable: (reference, environment["SOME"]) = ("env:SOME", text)
    case .credential: (reference, environment["CREDENTIALS_DIRECTORY"]) = ("credential:secret", folder.path)
    case .fileVariable:
      (reference, environment["LINQ_WEBHOOK_SECRET_FILE"]) = (
        "env:LINQ_WEBHOOK_SECRET", "\(folder.path)/secret"
      )
    case .literal: reference = Self.quoted(text)
    }
    guard let key else {
      return try folder.load("endpoints:\n  - secrets: [\(reference)]\n", environment: environment)
    }
    environment["LINQ_WEBHOOK_SECRET"] = environment["LINQ_WEBHOOK_SECRET_FILE"] == nil ? Self.secret : nil
    return try folder.load(key.replacing("@", with: reference), environment: environment)
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { String(format: "\\U%08X", $0.value) }.joined()
    return "\"\(escaped)\""
  }

  @Test(arguments: ["\"@\"", "'@'", "`@`", "v1,@", "\"v1,@\"", "@\n\n"], Place.allCases)
  func whatSurelyDoesNotBelongToItIsTakenOff(_ form: String, _ place: Place) throws {
    if place == .literal, form.hasSuffix("\n") { return }
    let loaded = try load(form.replacing("@", with: Self.secret), in: place)
    #expect(loaded.settings.endpoints[0].secrets.map { $0.text.reveal() } == [Self.secret])
  }

  @Test(
    arguments: [
      (" @", "blank"), ("@ ", "blank"), ("\t@", "blank"), ("@\t", "blank"), ("\" @\"", "blank"),
      ("\u{FEFF}@", "byte order mark"), ("\u{A0}@", "U+00A0 (no-break space)"), ("@\u{A0}", "U+00A0"),
      ("whsec_canary\u{200B}canarycanary", "U+200B (zero width space)"), ("@\u{200D}", "U+200D"),
      ("@\u{2060}", "U+2060"),
      ("\u{202E}@", "U+202E"), ("\u{3000}@", "U+3000"), ("@\u{FE0F}", "U+FE0F"), ("@\u{FEFF}", "U+FEFF"),
      ("LINQ_WEBHOOK_SECRET=@", "not a name and the secret"), ("export LINQ_WEBHOOK_SECRET=@", "not a name"),
      ("export X=\"@\"", "not a name"), ("secret: @", "not a name"), ("secret = @", "not a name"),
      ("{\"secret\": \"@\"}", "not a name"), ("$env:X = \"@\"", "not a name"), ("set X=@", "not a name"),
      ("${canary_canary_canary}", "looks like a reference"),
      ("$CANARY_CANARY_CANARY", "looks like a reference"),
      ("ENV:CANARY_CANARY_CANARY", "looks like a reference"),
      ("Env:CANARY_CANARY_CANARY", "looks like a reference"),
      ("FILE:/run/canary/canary", "looks like a reference"),
      ("@/run/canary/canary/canary", "looks like a reference"),
      ("@./canary/canary/canary", "looks like a reference"),
      ("`cat /run/canary/canary`", "looks like a reference"),
      ("canary#{canary_canary}", "looks like a reference"),
      ("process.env.CANARY_CANARY", "looks like a reference"),
      ("os.environ[\"CANARY_CANARY\"]", "looks like a reference"),
      ("ENV['CANARY_CANARY_CANARY']", "looks like a reference"),
      ("arn:aws:secretsmanager:canary", "looks like a reference"),
      ("/run/secrets/canary-canary", "looks like a reference"),
      ("/etc/linqhook/canary", "looks like a reference"),
      ("~/canary/canary/canary", "looks like a reference"),
      ("./canary/canary/canary", "looks like a reference"),
      ("$(cat /run/canary/canary)", "looks like a reference"),
      ("{{ canary.canary.canary }}", "looks like a reference"),
      ("op://canary/canary/canary", "looks like a reference"),
      ("%CANARY_CANARY_CANARY%", "looks like a reference"),
      ("<canary-canary-canary>", "looks like a reference"),
      ("vault:canary/canary/canary", "looks like a reference"),
      ("whsec_@", "twice"), ("whsec_", "alone"), ("@ # canary", "comment"), ("@,", "punctuation"),
      ("@;", "punctuation"),
      ("whsec_canary...canary", "shortened"), ("whsec_canarycanary\u{2026}", "shortened"),
      ("whsec_\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}", "shortened"),
      ("\u{201C}@\u{201D}", "quote"), ("\"@", "quote"), ("whsec_canary canary canary", "blank behind"),
      ("abc", "16 bytes"), ("whsec_QQ", "16 bytes"), ("whsec_QQ==", "16 bytes"),
      ("canary-15-bytes", "16 bytes"),
      ("whsec_MTIzNDU2Nzg5MDEyMzQ1", "16 bytes"), ("whsec_short-text!", "16 bytes"), ("\"abc\"", "16 bytes"),
    ],
    Place.allCases
  )
  func aSlipIsNamedAndTheSecretIsNot(_ slip: (text: String, words: String), _ place: Place) throws {
    // Yams takes the mark off by itself.
    if place == .literal, slip.text.hasPrefix("\u{FEFF}") { return }
    let text =
      slip.text.hasPrefix("@/") || slip.text.hasPrefix("@.")
      ? slip.text : slip.text.replacing("@", with: Self.secret)
    let error = try configurationError { try load(text, in: place) }
    #expect(error.problems.count == 1)
    #expect(error.description.contains(slip.words), "\(error)")
    for shown in ["canary", "CANARY", "Y2FuYXJ5", "whsec_Q"] {
      #expect(!error.description.replacing(folder.path, with: "").contains(shown), "\(error)")
    }
  }

  /// Base64 may begin with a slash and end in =, and random text may hold nearly anything.
  @Test(arguments: [
    "/9j4AAQSkZJRgABAQEAYABgAAD", "aGVsbG8gaGVsbG8gaGVsbG8=", "MTIzNDU2Nzg5MDEyMzQ1Ng==",
    "correct horse battery staple",
    "p4ss=w0rd-0123456789", "$2y$10$abcdefghijklmnopqrstuv", "user:password-0123456789", "0123456789abcdef",
    "whsec_MTIzNDU2Nzg5MDEyMzQ1Ng==", "whsec_MTIzNDU2Nzg5MDEyMzQ1Ng", "whsec_AAECAwQFBgcICQoLDA0OD_-_",
    "pässwort-pässwort",
  ])
  func whatOnlyLooksOddIsTaken(_ text: String) throws {
    for place in [Place.file, .variable, .credential, .fileVariable] {
      #expect(try load(text, in: place).settings.endpoints[0].secrets.map { $0.text.reveal() } == [text])
    }
  }

  @Test(arguments: [
    "$SOME_canary_canary_9", "/9j4AAQSkZJRgABAQEAYABgAAD", "LINQ_WEBHOOK_CANARY", "file /run/canary/canary",
  ])
  func aLiteralThatLooksLikeAReferenceIsRefusedMoreStrictly(_ text: String) throws {
    let error = try configurationError { try load(text, in: .literal) }
    #expect(error.description.contains("looks like a reference"))
    #expect(!error.description.contains("canary"))
  }

  @Test func aVariableThatHoldsItsOwnNameIsASlip() throws {
    let yaml = "endpoints:\n  - secrets: [env:LINQ_WEBHOOK_SECRET]\n"
    let environment = ["LINQ_WEBHOOK_SECRET": "LINQ_WEBHOOK_SECRET", "HOME": "/"]
    #expect(
      try folder.problems(yaml, environment: environment).first?.contains("looks like a reference") == true
    )
  }

  static let otherKeys = [
    "admin: {token: @}", "handlers:\n  - {name: a, type: http, url: 'https://h/', secret: @}",
  ]

  @Test(
    arguments: otherKeys,
    [
      " canary-canary-canary", "canary-canary-canary\u{A0}", "TOKEN=canary-canary", "abc",
      "${canary_canary_canary}",
    ]
  )
  func otherSecretsHaveTheSameRules(_ key: String, _ text: String) throws {
    for place in Place.allCases where place != .fileVariable {
      let error = try configurationError { try load(text, in: place, key: key) }
      #expect(error.problems.count == 1)
      #expect(!error.description.contains("canary"))
    }
    #expect(try load("\"golden-secret-4711\"", in: .file, key: key).warnings.isEmpty)
  }

  @Test func aTokenIsWrittenWithoutBearer() throws {
    let error = try configurationError {
      try load("Bearer canary-canary-canary", in: .file, key: "admin: {token: @}")
    }
    #expect(error.description.contains("without `Bearer`"))
  }

  static let header = "handlers:\n  - {name: a, type: http, url: 'https://h/', headers: {Authorization: @}}"

  @Test(arguments: [
    "Bearer ${CANARY}", "$CANARY", "Bearer abc\u{200B}", " Bearer abc", "Bearer abc ", "ENV:CANARY",
  ])
  func aHeaderIsNotSentWithASlip(_ text: String) throws {
    let error = try configurationError { try load(text, in: .file, key: Self.header) }
    #expect(!error.description.contains("CANARY"))
  }

  @Test(arguments: [
    "Bearer abc", "x", "\"quoted\"", "a=b", "Basic dTpw", "5", "/api/x", "https://h/", "ref:1", "a, b",
  ])
  func aHeaderMayBeShort(_ text: String) throws {
    guard case .http(let http) = try load(text, in: .file, key: Self.header).settings.handlers[0].kind else {
      Issue.record("not an http handler")
      return
    }
    #expect(http.headers[0].value.text.reveal() == text)
  }

  @Test func shortKeysAreTakenOnlyByTheWordForIt() throws {
    let top = "allow_weak_secrets: true\nendpoints:\n  - secrets: [env:A]\nadmin: {token: env:A}\n"
    let environment = ["A": "abc", "HOME": "/"]
    let loaded = try folder.load(top, environment: environment)
    #expect(loaded.settings.endpoints[0].secrets[0].text.reveal() == "abc")
    #expect(loaded.warnings.count == 2)
    #expect(loaded.warnings.allSatisfy { $0.message.contains("It can be guessed") })
    let one =
      "endpoints:\n  - {secrets: [env:A], allow_weak_secrets: true}\n  - {path: /b, secrets: [env:A]}\n"
    #expect(try folder.problems(one, environment: environment).map { $0.prefix(16) } == ["linqhook.yaml:3:"])
    let other = "allow_weak_secrets: true\nendpoints:\n  - {secrets: [env:A], allow_weak_secrets: false}\n"
    #expect(try folder.problems(other, environment: environment).count == 1)
    #expect(
      try folder.problems(
        "allow_weak_secrets: true\n",
        environment: ["LINQ_WEBHOOK_SECRET": "", "HOME": "/"]
      ).count == 1
    )
    #expect(
      try folder.problems(
        "allow_weak_secrets: true\n",
        environment: ["LINQ_WEBHOOK_SECRET": "whsec_", "HOME": "/"]
      ).count == 1
    )
  }
}
