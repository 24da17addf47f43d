// One client for Linq's Partner API, in two versions: the folders V2 and V3 say how each spells a call, and Calls what
// callers see. Each call is one request, and at most one of it takes effect: only an answer of 429, which says that
// nothing was done, makes the client try again, and a 409 once, since Linq gives it while a chat is still being made.
// Even then a send without an idempotency key is left to the caller. After a time-out or a 5xx nobody knows what was
// done, so the error names the key under which a second try cannot send twice.

public import LinqEvents
public import LinqhookHTTPClient

/// Calls the Partner API. Safe to share between tasks.
public struct LinqClient: Sendable {
  /// The version that is called.
  public let version: APIVersion
  private let address: ServiceAddress
  private let token: IntegrationToken
  private let http: HTTPClient
  private let timeout: Duration
  /// How long a request may take that carries a file.
  let uploadTimeout: Duration
  private let maxWait: Duration

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - address: where the API is.
  ///   - token: the integration token, sent with each request.
  ///   - version: which of the two APIs is called.
  ///   - http: carries the requests; its owner shuts it down.
  ///   - timeout: how long one request may take, uploads included.
  ///   - maxWait: how long a call may wait for the rate limit altogether.
  public init(
    address: ServiceAddress,
    token: IntegrationToken,
    version: APIVersion = .v3,
    http: HTTPClient,
    timeout: Duration = .seconds(60),
    maxWait: Duration = .seconds(30)
  ) {
    self.init(address, token, version, http, timeout, timeout, maxWait)
  }

  private init(
    _ address: ServiceAddress,
    _ token: IntegrationToken,
    _ version: APIVersion,
    _ http: HTTPClient,
    _ timeout: Duration,
    _ uploadTimeout: Duration,
    _ maxWait: Duration
  ) {
    self.address = address
    self.token = token
    self.version = version
    self.http = http
    self.timeout = timeout
    self.uploadTimeout = uploadTimeout
    self.maxWait = maxWait
  }

  /// The same client with other limits, for calls that are worth less time than others.
  ///
  /// - Parameters:
  ///   - timeout: how long one request may take.
  ///   - uploadTimeout: how long one may take that carries a file; nil for no longer than others.
  ///   - maxWait: how long a call may wait for the rate limit; 0 for a caller that waits by itself.
  public func limited(
    timeout: Duration,
    uploadTimeout: Duration? = nil,
    maxWait: Duration = .seconds(0)
  ) -> LinqClient {
    LinqClient(
      address,
      token,
      version,
      http,
      timeout,
      uploadTimeout ?? timeout,
      maxWait
    )
  }

  /// Makes the call and reads its answer.
  func perform<Value: Decodable & Sendable>(
    _ call: APICall,
    as type: Value.Type
  ) async throws(LinqAPIError) -> APIResponse<Value> {
    do throws(LinqAPIError) {
      return try ResponseReading.read(try await exchange(call), as: type, token: token)
    } catch {
      throw error.addingRepetitionAdvice(for: call)
    }
  }

  /// Makes a call whose answer has no body.
  func perform(_ call: APICall) async throws(LinqAPIError) {
    _ = try await exchange(call)
  }

  /// The first answer that is not 429 or a first 409, or the last one when waiting is over.
  private func exchange(_ call: APICall) async throws(LinqAPIError) -> IncomingResponse {
    var wait = RateLimitWait(max: maxWait)
    var hasConflicted = false
    while true {
      let response = try await send(call)
      if (200...299).contains(response.status) { return response }
      let refusal = ResponseReading.refusal(response, token: token)
      let isFirstConflict = response.status == 409 && version == .v3 && !hasConflicted
      guard response.status == 429 || isFirstConflict else { throw refusal }
      guard call.repetition != .sendsAgain else {
        throw refusal.adding("It is not tried again by itself, because it has no idempotency key.")
      }
      guard let pause = wait.next(retryAfter: refusal.retryAfter) else {
        throw isFirstConflict || maxWait <= .zero
          ? refusal : refusal.adding(wait.givingUpSentence(retryAfter: refusal.retryAfter))
      }
      hasConflicted = hasConflicted || isFirstConflict
      do { try await Task.sleep(for: pause) } catch {
        throw LinqAPIError(.rateLimited, "The call was given up because its task was cancelled.")
      }
    }
  }

  /// Puts a file where a ticket of Linq's says: not a call of the API, and without the token.
  func upload(_ request: OutgoingRequest) async throws(LinqAPIError) {
    let response: IncomingResponse
    do throws(HTTPClientError) { response = try await http.send(request) } catch { throw LinqAPIError(error) }
    guard (200...299).contains(response.status) else {
      throw LinqAPIError(
        // 403 is what a place answers whose time is over, and the next try asks for a new one.
        response.status >= 500 || [403, 408, 429].contains(response.status) ? .unavailable : .refused,
        status: response.status,
        "The store for attachments answered \(response.status). Try again; a place for an upload is valid for 15 minutes."
      )
    }
  }

  private func send(_ call: APICall) async throws(LinqAPIError) -> IncomingResponse {
    let request = call.request(
      to: address,
      token: token,
      timeout: call.carriesFile ? uploadTimeout : timeout
    )
    do throws(HTTPClientError) {
      guard call.repetition == .sendsAgain else { return try await http.send(request) }
      // libcurl sends a request once more when a kept connection turns out to be dead. A client of its own
      // has no kept connection.
      let fresh = try HTTPClient()
      let response = try await fresh.send(request)
      await fresh.shutdown()
      return response
    } catch {
      throw LinqAPIError(error)
    }
  }
}

extension LinqAPIError {
  fileprivate init(_ error: HTTPClientError) {
    switch error.code {
    case .invalidRequest: self.init(.invalidInput, error.description)
    case .invalidConfiguration, .invalidURL: self.init(.configuration, error.description)
    case .resolve, .connect, .tls, .forbiddenAddress:
      self.init(.unreachable, "Linq's API cannot be reached: \(error.description)")
    case .timeout, .tooLarge, .cancelled, .other, .storage:
      self.init(.noResponse, "Linq's API gave no answer: \(error.description)")
    }
  }

  /// After these failures the call may have taken effect.
  private var isOutcomeUnknown: Bool {
    switch code {
    case .unavailable, .noResponse, .unreadableResponse: true
    case .configuration, .invalidInput, .unsupported, .refused, .rateLimited, .unreachable, .fault: false
    }
  }

  fileprivate func addingRepetitionAdvice(for call: APICall) -> LinqAPIError {
    guard isOutcomeUnknown else { return self }
    switch call.repetition {
    case .harmless: return self
    case .keyed(let key):
      return adding(
        "Whether the message was sent is not known; try again with the idempotency key \(key), and it is "
          + "sent at most once."
      )
    case .addsAnother:
      return adding("Whether it took effect is not known. List what there is before trying again.")
    case .sendsAgain:
      return adding("Whether the message was sent is not known. Look before sending it again.")
    }
  }
}
