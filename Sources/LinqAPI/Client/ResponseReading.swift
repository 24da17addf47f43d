import FoundationEssentials
import LinqEvents
import LinqhookHTTPClient
import Pacing

/// Reads what came back.
enum ResponseReading {
  static func read<Value: Decodable & Sendable>(
    _ response: IncomingResponse,
    as type: Value.Type,
    token: IntegrationToken
  ) throws(LinqAPIError) -> APIResponse<Value> {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard !response.isTruncated, let value = try? decoder.decode(type, from: Data(response.body)) else {
      throw LinqAPIError(
        .unreadableResponse,
        status: response.status,
        "Linq answered \(response.status) with something that is not the JSON of its API. Check that the "
          + "address of the API is right and that no proxy answers in its place."
      )
    }
    let line = String(decoding: JSONText.compactLine(response.body), as: UTF8.self)
    return APIResponse(value: value, status: response.status, json: token.redacted(in: line))
  }

  static func refusal(_ response: IncomingResponse, token: IntegrationToken) -> LinqAPIError {
    let told = APIErrorText(status: response.status, body: response.body)
    var error = error(response.status, linqCode: told.linqCode, token.redacted(in: told.sentence))
    error.linqCode = told.linqCode
    let asked = response.header("Retry-After").flatMap(Double.init).flatMap { Duration(namedSeconds: $0) }
    error.retryAfter = asked ?? told.retryAfter
    return error
  }

  private static func error(_ status: Int, linqCode: Int?, _ sentence: String) -> LinqAPIError {
    switch status {
    case 401,
      403 where linqCode == nil || linqCode == 2005:
      LinqAPIError(
        .configuration,
        status: status,
        "\(sentence) Check the integration token, and that it belongs to this account."
      )
    case 429: LinqAPIError(.rateLimited, status: 429, sentence)
    case 500...: LinqAPIError(.unavailable, status: status, sentence)
    default: LinqAPIError(.refused, status: status, sentence)
    }
  }
}
