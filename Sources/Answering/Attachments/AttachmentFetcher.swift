import LinqAPI
import LinqEvents
import LinqhookHTTPClient
import Pacing

/// Fetches one attachment: from the URL of the event, else from a fresh one that Linq gives for its id.
struct AttachmentFetcher: Sendable {
  private static let maxRedirects = 3
  private static let maxRetryAfter = Duration.seconds(5)

  private let options: AttachmentOptions
  private let hosts: AttachmentHosts
  private let http: HTTPClient
  private let linq: LinqClient?

  init(_ options: AttachmentOptions, linq: LinqClient?) throws(HTTPClientError) {
    self.options = options
    self.linq = linq
    hosts = AttachmentHosts(patterns: options.allowedHosts, allowsLoopback: options.allowsLoopback)
    var configuration = HTTPClientConfiguration(
      maxIdleConnections: 8,
      certificateAuthorityFile: options.certificateAuthorityFile
    )
    configuration.reachableAddresses = options.allowsLoopback ? .publicAndLoopback : .publicOnly
    http = try HTTPClient(configuration)
  }

  /// Fetches it into the file.
  ///
  /// - Parameter place: makes the folder, where that has to be done; gives the path and what went wrong.
  func fetch(_ media: MessagePart.Media, into place: () -> (trouble: String?, path: String)) async
    -> FetchResult
  {
    if let count = media.byteCount, count > options.maxBytes { return tooLarge(count) }
    let (trouble, path) = place()
    if let trouble { return .later("The folder for an attachment cannot be made: \(trouble).") }
    var backoff = Backoff(first: .milliseconds(500), longest: .seconds(4))
    var tries = 0
    while true {
      tries += 1
      let step = await attempt(media, path)
      guard case .transient(let reason, let asked) = step else { return result(step, path) }
      let pause = asked ?? backoff.next()
      guard tries < options.maxTries, pause <= Self.maxRetryAfter, !Task.isCancelled else {
        return .later(reason)
      }
      do { try await Task.sleep(for: pause) } catch { return .later(reason) }
    }
  }

  private func result(_ step: FetchStep, _ path: String) -> FetchResult {
    switch step {
    case .saved(let count): .saved(path: path, byteCount: count)
    case .tooLarge(let count): tooLarge(count)
    case .refused(let reason): .refused(reason)
    case .gone(let reason), .expired(let reason): .failed(reason)
    case .transient(let reason, _), .storage(let reason): .later(reason)
    }
  }

  private func tooLarge(_ count: Int64?) -> FetchResult {
    let size = count.map { "has \($0) bytes" } ?? "is too large"
    return .refused("The attachment \(size); at most \(options.maxBytes) are kept (max_size).")
  }

  /// By the event's URL, and once more by a fresh one where that has expired.
  private func attempt(_ media: MessagePart.Media, _ path: String) async -> FetchStep {
    var step = FetchStep.expired("The event has no URL for the attachment.")
    if let url = media.url { step = await download(url, path) }
    guard case .expired(let reason) = step else { return step }
    guard let linq, linq.version == .v3, let id = media.id.flatMap(ResourceID.init) else {
      return .gone(reason)
    }
    do throws(LinqAPIError) {
      let stored = try await linq.attachment(id).value
      guard stored.sizeBytes <= options.maxBytes else { return .tooLarge(Int64(stored.sizeBytes)) }
      guard let url = stored.downloadURL else { return .gone("Linq has no URL for the attachment any more.") }
      return await download(url, path)
    } catch { return FetchStep(renewal: error) }
  }

  private func download(_ text: String, _ path: String) async -> FetchStep {
    do throws(HTTPClientError) {
      let first = try WebURL(text)
      if let objection = hosts.objection(to: first) { return .refused(objection) }
      var url = first
      for _ in 0...Self.maxRedirects {
        let response = try await http.send(request(url, path))
        guard (300...399).contains(response.status), let location = response.header("Location") else {
          return FetchStep(response)
        }
        url = try url.resolving(location)
        if let objection = hosts.objection(toRedirect: url, from: first) { return .refused(objection) }
      }
      return .refused("The attachment's URL leads from one to the next more than \(Self.maxRedirects) times.")
    } catch { return FetchStep(error) }
  }

  private func request(_ url: WebURL, _ path: String) -> OutgoingRequest {
    var request = OutgoingRequest(
      method: "GET",
      url: url.text,
      timeout: options.timeout,
      maxResponseBytes: 4096
    )
    request.download = DownloadTarget(path: path, maxBytes: options.maxBytes)
    return request
  }
}

/// What came of one request for an attachment. No text repeats the URL, which is a permission.
enum FetchStep {
  case saved(byteCount: Int64)
  case tooLarge(Int64?)
  case refused(String)
  /// It is not there any more.
  case gone(String)
  /// The URL is not good any more; a fresh one may be.
  case expired(String)
  case transient(String, after: Duration?)
  case storage(String)

  init(_ response: IncomingResponse) {
    if response.isTruncated {
      self = .tooLarge(response.header("Content-Length").flatMap { Int64($0) })
    } else if let count = response.savedByteCount {
      self = .saved(byteCount: count)
    } else {
      let reason = "The attachment's host answered \(response.status)."
      switch response.status {
      case 400, 401, 403, 404, 410: self = .expired(reason)
      case 408, 425, 429, 500...:
        self = .transient(reason, after: Self.retryAfter(response))
      default: self = .gone(reason)
      }
    }
  }

  private static func retryAfter(_ response: IncomingResponse) -> Duration? {
    response.header("Retry-After").flatMap(Double.init).flatMap { Duration(namedSeconds: $0) }
  }

  init(_ error: HTTPClientError) {
    switch error.code {
    case .forbiddenAddress, .invalidURL: self = .refused(error.description)
    case .storage: self = .storage(error.description)
    case .resolve, .connect, .timeout, .tls, .other, .cancelled:
      self = .transient("The attachment could not be fetched: \(error.description)", after: nil)
    case .invalidConfiguration, .invalidRequest, .tooLarge: self = .gone(error.description)
    }
  }

  init(renewal error: LinqAPIError) {
    switch (error.code, error.status) {
    case (_, 404?): self = .gone("Linq does not have the attachment any more. \(error.description)")
    case (.rateLimited, _), (.unavailable, _), (.unreachable, _), (.noResponse, _):
      self = .transient(
        "A fresh URL for the attachment could not be got: \(error.description)",
        after: error.retryAfter
      )
    default: self = .gone("A fresh URL for the attachment could not be got: \(error.description)")
    }
  }
}
