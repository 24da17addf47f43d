import LinqEvents
import LinqhookAuthentication
import Testing

@Suite struct SignatureSignerTests {
  private func headers(
    _ scheme: SignatureScheme,
    _ secret: String,
    body: String,
    id: String = "evt-1",
    timestampSeconds: Int64 = 1_700_000_000,
    type: String? = nil,
    subscription: String? = nil
  ) throws -> [SignatureHeader] {
    try SignatureSigner(scheme: scheme, secret: Secret(secret)).headers(
      eventID: id,
      eventType: type,
      subscriptionID: subscription,
      timestampSeconds: timestampSeconds,
      body: body.utf8.span
    )
  }

  @Test func standardVectorIsSignedAsPublished() throws {
    let vector = Fixture.StandardVector.self
    let signed = try headers(
      .standard,
      vector.secret,
      body: vector.body,
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestampSeconds: vector.timestampSeconds
    )
    #expect(signed.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    #expect(signed.last?.value == vector.headers.webhookSignature)
  }

  @Test func v2SendsOneHeader() throws {
    // printf '{}' | openssl dgst -sha256 -hmac key
    let signed = try headers(.v2, "key", body: "{}")
    #expect(signed.map(\.name) == ["X-Webhook-Signature"])
    #expect(
      signed[0].value == "sha256=a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032"
    )
  }

  @Test func v3SendsTypeAndSubscriptionWhenTheyAreGiven() throws {
    // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    let signed = try headers(.v3, "key", body: "{}", type: "message.sent", subscription: "sub-1")
    #expect(
      signed.map(\.name)
        == ["X-Webhook-Timestamp", "X-Webhook-Signature", "X-Webhook-Event", "X-Webhook-Subscription-ID"]
    )
    #expect(
      signed.map(\.value)
        == [
          "1700000000", "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae",
          "message.sent", "sub-1",
        ]
    )
    #expect(try headers(.v3, "key", body: "{}").count == 2)
  }
}
