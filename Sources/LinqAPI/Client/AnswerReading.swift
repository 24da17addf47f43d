import FoundationEssentials
import HTTPClient
import LinqEvents

/// Reads Linq's answer.
enum AnswerReading {
  static func read<Value: Decodable & Sendable>(
    _ response: IncomingResponse,
    as type: Value.Type,
    token: IntegrationToken
  ) throws(LinqAPIError) -> APIAnswer<Value> {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard !response.isTruncated, let value = try? decoder.decode(type, from: Data(response.body)) else {
      throw LinqAPIError(
        .unreadableAnswer,
        status: response.status,
        "Linq answered \(response.status) with something that is not the JSON of its API. Check that the "
          + "address of the API is right and that no proxy answers in its place."
      )
    }
    let line = String(decoding: JSONText.compactLine(response.body), as: UTF8.self)
    return APIAnswer(value: value, status: response.status, json: token.redacted(in: line))
  }

  static func refusal(_ response: IncomingResponse, token: IntegrationToken) -> LinqAPIError {
    let sentence = token.redacted(in: RefusalText.sentence(status: response.status, body: response.body))
    switch response.status {
    case 401, 403:
      return LinqAPIError(
        .configuration,
        status: response.status,
        "\(sentence) Check the integration token, and that it belongs to this account."
      )
    case 429: return LinqAPIError(.rateLimited, status: 429, sentence)
    case 500...: return LinqAPIError(.unavailable, status: response.status, sentence)
    default: return LinqAPIError(.refused, status: response.status, sentence)
    }
  }
}
