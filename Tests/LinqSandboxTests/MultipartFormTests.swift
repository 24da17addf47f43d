import LinqEvents
import Testing

@testable import LinqSandbox

@Suite struct MultipartFormTests {
  private func parts(_ body: String, boundary: String = "b") throws -> [FormPart] {
    try MultipartForm.parts(
      of: Array(body.utf8),
      contentType: HeaderParameters(parsing: "multipart/form-data; boundary=\(boundary)")
    )
  }

  private let field =
    "--b\r\nContent-Disposition: form-data; name=\"message[text]\"\r\n\r\nhello\r\n--b--\r\n"

  @Test func readsFieldsAndFilesAsCurlWritesThem() throws {
    let body = """
      --b\r\nContent-Disposition: form-data; name="message[text]"\r\n\r\nline one\r\nline two\r\n\
      --b\r\nContent-Disposition: form-data; name="message[attachments][]"; filename="a\\"b%22;c.png"\r\n\
      Content-Type: image/png\r\n\r\n\u{0}--b\r\n\r\n\r\n--b--\r\n
      """
    let parts = try parts(body)
    #expect(parts.count == 2)
    #expect(
      parts[0]
        == FormPart(
          name: "message[text]",
          fileName: nil,
          contentType: nil,
          bytes: Array("line one\r\nline two".utf8)
        )
    )
    #expect(parts[1].fileName == "a\"b\";c.png")
    #expect(parts[1].contentType == "image/png")
    #expect(parts[1].bytes == Array("\u{0}--b\r\n\r\n".utf8))
  }

  @Test func takesPreambleEpilogueBlanksAndEmptyValues() throws {
    let body = "ignored\r\n--b \t\r\nCONTENT-DISPOSITION:form-data;name=x\r\n\r\n\r\n--b--ignored"
    #expect(try parts(body) == [FormPart(name: "x", fileName: nil, contentType: nil, bytes: [])])
    #expect(try parts("--b--").isEmpty)
  }

  @Test func takesAQuotedBoundary() throws {
    let body = "--a b:c\r\nContent-Disposition: form-data; name=x\r\n\r\ny\r\n--a b:c--"
    #expect(try parts(body, boundary: "\"a b:c\"").map(\.bytes) == [Array("y".utf8)])
  }

  @Test func everyCutOfAFormIsRefused() {
    let end = field.utf8.count - "\r\n".utf8.count
    for length in 0..<end {
      #expect(throws: FormError.self) { try parts(String(field.utf8.prefix(length)) ?? "") }
    }
  }

  @Test(arguments: [
    ("--c\r\n\r\n", FormError.notDelimited),
    ("--b\r\nno colon\r\n\r\nx\r\n--b--", .brokenHeader),
    ("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", .namelessPart),
    ("--b\r\nContent-Disposition: attachment; name=x\r\n\r\nx\r\n--b--", .namelessPart),
    ("--bx\r\nContent-Disposition: form-data; name=x\r\n\r\nx\r\n--b--", .brokenHeader),
  ])
  func brokenFormsAreNamed(body: String, error: FormError) {
    #expect(throws: error) { try parts(body) }
  }

  @Test func formsAreBounded() {
    let part = "--b\r\nContent-Disposition: form-data; name=x\r\n\r\ny\r\n"
    #expect(throws: FormError.tooManyParts) { try parts(String(repeating: part, count: 201) + "--b--") }
    let long = String(repeating: "a", count: MultipartForm.maxHeaderBytes)
    #expect(throws: FormError.brokenHeader) {
      try parts("--b\r\nContent-Disposition: form-data; name=\(long)\r\n\r\ny\r\n--b--")
    }
    #expect(throws: FormError.noBoundary) { try parts(field, boundary: String(repeating: "a", count: 71)) }
    #expect(throws: FormError.noBoundary) { try parts(field, boundary: "") }
  }

  @Test func bracketsInNamesMakeATree() throws {
    var tree: JSONValue = [:]
    for (name, value) in [
      ("message[text]", "t"), ("message[attachment_urls][]", "u1"), ("message[attachment_urls][]", "u2"),
      ("a", "1"), ("a[b]", "contradiction"), ("x[][y]", "too clever"),
    ] {
      FormText.insert(.text(value), named: name, into: &tree)
    }
    #expect(tree == ["message": ["text": "t", "attachment_urls": ["u1", "u2"]], "a": "1"])
  }

  @Test func queriesAreDecoded() {
    let pairs = FormText.pairs("phone_numbers[]=%2B1&b=c+d&%41=%zz&e&f=%")
    #expect(pairs.map(\.name) == ["phone_numbers[]", "b", "A", "e", "f"])
    #expect(pairs.map(\.value) == ["+1", "c d", "%zz", "", "%"])
  }
}
