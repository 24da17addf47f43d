import LinqhookDelivery
import LinqhookHTTPClient
import ShownText

extension DeliveryResult {
  /// How many bytes of an answer a reason holds.
  private static let maxExcerptBytes = 512

  /// What the target's answer means for the event.
  ///
  /// A redirect is a retry: the handler's URL is out of date, which is no fault of the event, and it goes
  /// through as soon as the operator has corrected the URL. So is 404, 401 and the like: a proxy gives them for some
  /// seconds while what is behind it is exchanged. Final is what is the event's own fault.
  init(answer: IncomingResponse, finalStatuses: Set<Int>, nowMilliseconds: Int64) {
    let reason = Self.reason(answer)
    switch answer.status {
    case 200...299:
      self = .delivered
    case let status where finalStatuses.contains(status):
      self = .dead(reason: reason)
    case 429, 503:
      let header = answer.header("Retry-After")
      let wait = header.flatMap { RetryAfter.duration($0, nowMilliseconds: nowMilliseconds) }
      self = .retry(reason: reason, after: wait)
    case 300...399:
      self = .retry(
        reason: "\(reason). Redirects are not followed: set the handler's url to the right address."
      )
    default:
      self = .retry(reason: reason)
    }
  }

  /// What it means that there was no answer.
  init(failure: HTTPClientError) {
    switch failure.code {
    case .invalidURL, .invalidRequest:
      // URL and headers were checked before: something of this very event cannot be sent.
      self = .dead(reason: failure.description)
    case .invalidConfiguration, .resolve, .connect, .timeout, .tls, .tooLarge, .cancelled, .other,
      .forbiddenAddress, .storage:
      self = .retry(reason: failure.description)
    }
  }

  private static func reason(_ answer: IncomingResponse) -> String {
    let status = "The target answered \(answer.status)"
    let words = Shown.words(answer.body.prefix(maxExcerptBytes))
    return words.isEmpty ? status : "\(status): \(words)"
  }
}
