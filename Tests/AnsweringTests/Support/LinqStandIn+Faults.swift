import Answering
import LinqAPI
import LinqEvents
import LinqhookDelivery
import LinqhookHTTPClient
import Logging
import Testing

extension LinqStandIn {
  /// The same handler where nothing listens.
  static func unreachable(_ stand: LinqStandIn, _ program: any AnsweringHandler) -> AnsweringDelivery {
    let nowhere = try? LinqClient(
      address: ServiceAddress(parsing: "http://127.0.0.1:1"),
      token: IntegrationToken("any"),
      http: stand.http
    )
    return AnsweringDelivery(
      program,
      options: AnsweringOptions(name: "bot", sendsReplies: true),
      linq: nowhere,
      pacer: MessagePacer(),
      statistics: stand.statistics,
      logger: .init(label: "test")
    )
  }

  /// Deletes the newest message of a chat at Linq.
  func deleteLast(ofChat chat: String) async throws {
    let page = try await linq.messages(ofChat: try #require(ResourceID(chat))).value
    let newest = try #require(page.items.first { $0.isFromMe == true })
    let response = try await http.send(
      OutgoingRequest(
        method: "DELETE",
        url: "\(url)/api/partner/v3/messages/\(newest.id)",
        headers: [HTTPField("Authorization", "Bearer any")]
      )
    )
    try #require(response.status == 204)
  }
}
