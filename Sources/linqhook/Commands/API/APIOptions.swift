import ArgumentParser
import Foundation
import HTTPClient
import LinqAPI

/// The options of every call.
struct APIOptions: ParsableArguments {
  @Flag(help: "Print Linq's answer as JSON on one line.")
  var json = false

  @Option(help: "How many seconds to wait in total when Linq answers 429 (rate limit).")
  var wait = 30.0

  @Option(help: "How many seconds one request may take, uploads included.")
  var timeout = 60.0

  func validate() throws {
    guard wait >= 0, wait.isFinite else { throw ValidationError("--wait must be 0 or more seconds.") }
    guard timeout >= 0.001, timeout <= 86_400 else {
      throw ValidationError("--timeout must be more than 0 and at most 86400 seconds.")
    }
  }

  /// Makes a client of the environment, lets `body` use it, and turns its errors into messages and statuses.
  func withClient<Result>(
    _ body: (LinqClient) async throws(LinqAPIError) -> Result
  ) async throws(CommandFailure) -> Result {
    do throws(LinqAPIError) {
      let environment = ProcessInfo.processInfo.environment
      let address = try environment["LINQ_API_URL"].map(ServiceAddress.init(parsing:)) ?? .linq
      let token = try IntegrationToken.find(environment: environment) { path in
        (try? InputFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
      }
      let http = try Self.makeHTTPClient()
      let client = LinqClient(
        address: address,
        token: token,
        http: http,
        timeoutSeconds: timeout,
        waitSecondsMax: wait
      )
      return try await body(client)
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func makeHTTPClient() throws(LinqAPIError) -> HTTPClient {
    do throws(HTTPClientError) { return try HTTPClient() } catch {
      throw LinqAPIError(fault: error.description)
    }
  }
}

extension CommandFailure {
  init(_ error: LinqAPIError) {
    let status: ExitStatus =
      switch error.code {
      case .configuration: .badConfiguration
      case .invalidInput, .refused: .badData
      case .rateLimited, .unavailable, .unreachable, .noAnswer, .unreadableAnswer: .unavailable
      case .fault: .fault
      }
    self.init(status, error.description)
  }
}

extension PhoneNumber {
  /// Reads a number from the command line.
  init(argument text: String) throws(CommandFailure) {
    do throws(PhoneNumberError) { try self.init(parsing: text) } catch {
      throw CommandFailure(.badData, error.description)
    }
  }
}
