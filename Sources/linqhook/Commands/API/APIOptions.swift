import ArgumentParser
import Foundation
import LinqAPI
import LinqEvents
import LinqhookConfiguration
import LinqhookDaemon
import LinqhookHTTPClient

/// What every call takes.
struct APIOptions: ParsableArguments {
  @Flag(help: "Print Linq's answer as JSON on one line.")
  var json = false

  @Option(
    help:
      "The version of Linq's API, v3 or v2; else LINQ_API_VERSION, else linq.api of the configuration, else v3.",
    completion: .list(APIVersion.allCases.map(\.rawValue))
  )
  var api: APIVersion?

  @Option(help: "How many seconds to wait altogether when Linq answers 429, rate limit reached.")
  var wait = 30.0

  @Option(help: "How many seconds one request may take, uploads included.")
  var timeout = 60.0

  @OptionGroup var configuration: ConfigurationOption

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
    let configured = try configured()
    let version = api ?? APIVersion(configured.api)
    do throws(LinqAPIError) {
      let address = try ServiceAddress(parsing: configured.url)
      let token = try token(configured)
      let http = try Self.makeHTTPClient()
      let client = LinqClient(
        address: address,
        token: token,
        version: version,
        http: http,
        timeout: .seconds(timeout),
        maxWait: .seconds(min(wait, 1e9))
      )
      return try await body(client)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// How Linq is called: each key from the environment, else the configuration, else its default.
  private func configured() throws(CommandFailure) -> LinqSettings {
    var environment = ProcessInfo.processInfo.environment
    // The flag wins, so nobody asks what the variable says.
    if api != nil { environment["LINQ_API_VERSION"] = nil }
    return try configuration.linqSettings(environment)
  }

  private func token(_ configured: LinqSettings) throws(LinqAPIError) -> IntegrationToken {
    if let token = configured.token { return try IntegrationToken(token.text.reveal()) }
    return try IntegrationToken.find(environment: ProcessInfo.processInfo.environment) { path in
      (try? InputFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The version that is called: flag, then environment, then the configuration, then V3.
  func version() throws(CommandFailure) -> APIVersion {
    if let api { return api }
    return APIVersion(try configured().api)
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
      case .unsupported: .usage
      case .invalidInput, .refused: .badData
      case .rateLimited, .unavailable, .unreachable, .noResponse, .unreadableResponse: .unavailable
      case .fault: .fault
      }
    self.init(status, error.description)
  }
}

extension PhoneNumber {
  /// Reads a number of the command line.
  init(argument text: String) throws(CommandFailure) {
    do throws(PhoneNumberError) { try self.init(parsing: text) } catch {
      throw CommandFailure(.badData, error.description)
    }
  }
}
