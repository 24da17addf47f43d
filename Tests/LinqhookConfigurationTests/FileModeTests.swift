import LinqhookConfiguration
import TestKit
import Testing

@Suite struct FileModeSettingTests {
  @Test(arguments: ["0640", "\"0640\"", "640", "0o640", "'640'"])
  func aModeIsOctalHoweverItIsSpelt(_ spelt: String) throws {
    let folder = try TemporaryFolder()
    let yaml = "handlers: [{name: a, type: file, path: /tmp/a, mode: \(spelt)}]"
    guard case .file(let file) = try folder.load(yaml).settings.handlers[0].kind else { return }
    #expect(file.mode?.bits == 0o640)
    #expect(file.mode?.description == "0640")
  }

  @Test func finalStatusesAreThoseOfTheContractUnlessTheFileSaysOtherwise() throws {
    let folder = try TemporaryFolder()
    func final(_ key: String) throws -> [Int]? {
      let yaml = "handlers: [{name: a, type: http, url: 'https://a.example/'\(key)}]"
      guard case .http(let http) = try folder.load(yaml).settings.handlers[0].kind else { return nil }
      return http.finalStatuses
    }
    #expect(try final("") == [400, 405, 410, 411, 413, 414, 415, 422, 431, 501, 505])
    #expect(try final(", final: [404, 400, 404]") == [400, 404])
    #expect(try final(", final: []") == [])
  }
}
