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
    help: "The version of Linq's API, v3 or v2; otherwise LINQ_API_VERSION, otherwise v3.",
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
    let version = try version(configured)
    do throws(LinqAPIError) {
      let environment = ProcessInfo.processInfo.environment
      let address =
        try (environment["LINQ_API_URL"] ?? configured?.url).map(ServiceAddress.init(parsing:)) ?? .linq
      let token = try token(configured, environment)
      let http = try Self.makeHTTPClient()
      let client = LinqClient(
        address: address,
        token: token,
        version: version,
        http: http,
        timeoutSeconds: timeout,
        maxWaitSeconds: wait
      )
      return try await body(client)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The section `linq` of the configuration. It is asked for where a file is named, and where the environment has no
  /// token: who has one may not be allowed to read the receiver's configuration.
  private func configured() throws(CommandFailure) -> LinqSettings? {
    let environment = ProcessInfo.processInfo.environment
    let hasToken = ["LINQ_INTEGRATION_TOKEN", "LINQ_INTEGRATION_TOKEN_FILE"].contains {
      environment[$0] != nil
    }
    return configuration.config == nil && hasToken ? nil : try configuration.linqSettings()
  }

  private func token(
    _ configured: LinqSettings?,
    _ environment: [String: String]
  ) throws(LinqAPIError) -> IntegrationToken {
    if let text = configured?.token { return try IntegrationToken(text.text.reveal()) }
    return try IntegrationToken.find(environment: environment) { path in
      (try? InputFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The version that is called: flag, then environment, then the configuration, then V3.
  func version() throws(CommandFailure) -> APIVersion { try version(try configured()) }

  private func version(_ configured: LinqSettings?) throws(CommandFailure) -> APIVersion {
    if let api { return api }
    guard let text = ProcessInfo.processInfo.environment["LINQ_API_VERSION"] else {
      return configured.map { APIVersion($0.api) } ?? .v3
    }
    guard let version = APIVersion(rawValue: text) else {
      throw CommandFailure(
        .badConfiguration,
        "LINQ_API_VERSION must be v3 or v2, not \(text.debugDescription)."
      )
    }
    return version
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
