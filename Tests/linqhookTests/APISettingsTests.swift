import Foundation
import ReceiverSupport
import ScriptedServer
import Synchronization
import TestKit
import Testing

/// Where `linqhook api` takes version, address and token from.
@Suite(.timeLimit(.minutes(2))) struct APISettingsTests {
  /// What arrived at a server that stands for Linq.
  private struct Call: Equatable {
    let path: String
    let token: String
  }

  private let folder: TemporaryFolder
  private let calls = CallLog()
  private let server: ScriptedServer
  /// Another, so that it is seen which one was called.
  private let other: ScriptedServer

  private final class CallLog: Sendable {
    private let calls = Mutex<[Call]>([])
    var last: Call? { calls.withLock(\.last) }

    func append(_ request: ReceivedRequest, prefix: String) {
      let path = request.requestLine.split(separator: " ")[1]
      let token = request.values("Authorization") + request.values("X-LINQ-INTEGRATION-TOKEN")
      calls.withLock { $0.append(Call(path: prefix + path, token: token.joined())) }
    }
  }

  init() throws {
    folder = try TemporaryFolder()
    let calls = calls
    server = try ScriptedServer { request in
      calls.append(request, prefix: "")
      return answer("200 OK", body: #"{"phone_numbers":[]}"#)
    }
    other = try ScriptedServer { request in
      calls.append(request, prefix: "other")
      return answer("200 OK", body: #"{"phone_numbers":[]}"#)
    }
    try folder.write("token", "token-of-the-file")
    try folder.write(
      "linqhook.yaml",
      "linq: {token: file:\(folder.file("token")), api: v2, url: \"\(server.url)\"}\n"
    )
  }

  /// Lists the lines; gives what arrived at Linq.
  private func call(_ options: String = "", with environment: [String: String]) async throws -> Call? {
    let outcome = try await Program.shell(
      "linqhook api numbers \(options)",
      environment: environment.merging(["LINQHOOK_CONFIG": folder.file("linqhook.yaml")]) { own, _ in own }
    )
    #expect(outcome.status == 0, "\(outcome.messages)")
    return calls.last
  }

  private static let v2 = "/api/partner/v2/phone_numbers"
  private static let v3 = "/api/partner/v3/phone_numbers"

  @Test func eachSettingComesFromFlagThenEnvironmentThenFile() async throws {
    #expect(try await call(with: [:]) == Call(path: Self.v2, token: "token-of-the-file"))
    let own = ["LINQ_INTEGRATION_TOKEN": "own"]
    #expect(try await call(with: own) == Call(path: Self.v2, token: "own"))
    try folder.write("own", "in-a-file\n")
    let file = ["LINQ_INTEGRATION_TOKEN_FILE": folder.file("own")]
    #expect(try await call(with: file) == Call(path: Self.v2, token: "in-a-file"))
    let version = ["LINQ_API_VERSION": "v3"]
    #expect(try await call(with: version) == Call(path: Self.v3, token: "Bearer token-of-the-file"))
    let url = ["LINQ_API_URL": other.url]
    #expect(try await call(with: url) == Call(path: "other\(Self.v2)", token: "token-of-the-file"))
    let all = own.merging(version) { $1 }.merging(url) { $1 }
    #expect(try await call(with: all) == Call(path: "other\(Self.v3)", token: "Bearer own"))
    #expect(try await call("--api v2", with: all) == Call(path: "other\(Self.v2)", token: "own"))
    #expect(try await call("--api v3", with: ["LINQ_API_VERSION": "x"])?.path == Self.v3)
  }

  @Test func aTokenThatIsNotUsedNeedNotBeThere() async throws {
    try FileManager.default.removeItem(atPath: folder.file("token"))
    #expect(try await call(with: ["LINQ_INTEGRATION_TOKEN": "own"]) == Call(path: Self.v2, token: "own"))
    let outcome = try await Program.shell(
      "linqhook api numbers --config '\(folder.file("linqhook.yaml"))'"
    )
    #expect(outcome.status == 78 && outcome.messages.contains(folder.file("token")), "\(outcome)")
  }

  @Test func aFileThatCannotBeUsedIsNotPassedOver() async throws {
    let environment = ["LINQ_INTEGRATION_TOKEN": "own", "LINQHOOK_CONFIG": folder.file("nowhere")]
    let outcome = try await Program.shell("linqhook api numbers", environment: environment)
    #expect(outcome.status == 78 && outcome.messages.contains("nowhere"), "\(outcome)")
    #expect(calls.last == nil)
  }

  @Test func theHelpNamesEachPlace() async throws {
    let help = try await Program.shell("linqhook api numbers --help; linqhook api --help").output
    for name in ["LINQ_API_VERSION", "linq.api", "linq.url", "LINQ_API_URL", "linq.token"] {
      #expect(help.contains(name), "\(name)")
    }
  }
}
