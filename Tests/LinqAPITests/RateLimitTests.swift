import LinqAPI
import ScriptedServer
import Testing

@Suite struct RateLimitTests {
  private static let limited = answer(
    429,
    #"{"errors":[{"status":429,"title":"Too Many Requests","detail":"slow down"}]}"#,
    headers: "Retry-After: 0\r\n"
  )

  @Test func waitsAndSendsAgainUnderTheSameKey() async throws {
    let stage = try Stage(answers: Self.limited, Self.limited, answer(200, startedChat))
    let sent = try await stage.send()
    #expect(sent.value.message?.id.description == "9")
    #expect(stage.requests.count == 3)
    #expect(stage.requests.allSatisfy { $0.text.contains(#""idempotency_key":"key-1""#) })
  }

  @Test func neverSendsAgainWithoutAKey() async throws {
    let stage = try Stage(answers: Self.limited)
    let error = await #expect(throws: LinqAPIError.self) { try await stage.send(key: nil) }
    #expect(error?.code == .rateLimited)
    #expect(stage.requests.count == 1)
  }

  @Test func givesUpWhenTheWaitIsTooLong() async throws {
    let stage = try Stage(
      maxWait: .seconds(3),
      answers: answer(429, "{}", headers: "Retry-After: 120\r\n")
    )
    let error = await #expect(throws: LinqAPIError.self) { try await stage.client.phoneNumbers() }
    #expect(error?.code == .rateLimited)
    #expect(error?.status == 429)
    #expect(error?.description.contains("Linq asks to wait 120.0 s") == true)
    #expect(stage.requests.count == 1)
  }

  @Test func backsOffByItselfWhenLinqDoesNotSayHowLong() async throws {
    let stage = try Stage(maxWait: .seconds(0.5), answers: answer(429, "{}"))
    let error = await #expect(throws: LinqAPIError.self) { try await stage.client.phoneNumbers() }
    // The first backoff is one second, which is over this budget.
    #expect(error?.description.contains("The call waited 0.0 s") == true)
    #expect(stage.requests.count == 1)
  }
}
