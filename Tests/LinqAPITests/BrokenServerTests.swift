import LinqAPI
import ScriptedServer
import Testing

@Suite struct BrokenServerTests {
  @Test(arguments: [500, 502, 503])
  func aFaultOfLinqIsNotTriedAgain(status: Int) async throws {
    let stage = try Stage(answers: answer(status, "<html>oops</html>"))
    let error = await #expect(throws: LinqAPIError.self) { try await stage.send() }
    #expect(error?.code == .unavailable)
    #expect(error?.status == status)
    #expect(error?.description.contains("Linq answered \(status)") == true)
    #expect(error?.description.contains("idempotency key key-1") == true)
    #expect(stage.requests.count == 1)
  }

  @Test(arguments: ["", "garbage", "[]", #"{"data":"#, #"{"data":null}"#, "{\"data\":{\"id\":\"../x\"}}"])
  func garbageIsSaidToBeGarbage(body: String) async throws {
    let stage = try Stage(answers: answer(200, body))
    let error = await #expect(throws: LinqAPIError.self) { try await stage.send() }
    #expect(error?.code == .unreadableResponse)
    #expect(error?.description.contains("not the JSON of its API") == true)
    #expect(stage.requests.count == 1)
  }

  @Test func silenceEndsWithTheTimeout() async throws {
    let stage = try Stage(timeout: .seconds(0.3)) { connection, log in
      if let request = connection.readRequest() { _ = log.append(request) }
      connection.waitForEnd()
    }
    let error = await #expect(throws: LinqAPIError.self) { try await stage.send() }
    #expect(error?.code == .noResponse)
    #expect(error?.description.contains("Whether the message was sent is not known") == true)
    #expect(stage.requests.count == 1)
  }

  @Test(arguments: ["key-1", nil])
  func aConnectionThatBreaksIsNotUsedToSendTwice(key: String?) async throws {
    let stage = try Stage { connection, log in
      if let request = connection.readRequest() { _ = log.append(request) }
    }
    let error = await #expect(throws: LinqAPIError.self) { try await stage.send(key: key) }
    #expect(error?.code == .noResponse)
    #expect(stage.requests.count == 1)
  }

  @Test func aSubscriptionThatMayHaveBeenMadeIsLookedForFirst() async throws {
    let stage = try Stage(answers: answer(500, "{}"))
    let draft = WebhookSubscriptionDraft(webhookURL: "https://a/b", events: ["message.sent"])
    let error = await #expect(throws: LinqAPIError.self) { try await stage.client.createSubscription(draft) }
    #expect(error?.description.contains("List what there is before trying again") == true)
    #expect(stage.requests.count == 1)
  }

  @Test func bothShapesOfErrorsBecomeOneSentence() async throws {
    let shapes = [
      #"{"errors":[{"status":422,"code":"x","title":"Invalid number","detail":"No such line."}]}"#:
        "Linq answered 422 Unprocessable Content: Invalid number: No such line.",
      #"{"status":"error","error_code":"v","message":"Invalid","errors":["a is bad","b too"]}"#:
        "Linq answered 422 Unprocessable Content: Invalid: a is bad; b too.",
      "nonsense": "Linq answered 422 Unprocessable Content, with no explanation.",
    ]
    for (body, sentence) in shapes {
      let stage = try Stage(answers: answer(422, body))
      let error = await #expect(throws: LinqAPIError.self) { try await stage.client.subscriptions() }
      #expect(error?.code == .refused)
      #expect(error?.description == sentence)
    }
  }

  @Test func theTokenShowsNowhereEvenWhenTheServerSaysIt() async throws {
    let echo = #"{"errors":[{"title":"Bad token \#(Stage.token)","detail":"\u001b[31mred"}]}"#
    let stage = try Stage(
      answers: answer(401, echo),
      answer(200, #"{"phone_numbers":[],"x":"\#(Stage.token)"}"#)
    )
    let error = await #expect(throws: LinqAPIError.self) { try await stage.client.phoneNumbers() }
    #expect(error?.code == .configuration)
    #expect(error?.description.contains("Bad token <token>") == true)
    #expect(error?.description.contains("\u{1B}") == false)
    let numbers = try await stage.client.phoneNumbers()
    #expect(numbers.json.contains("<token>"))
    #expect(!numbers.json.contains(Stage.token))
    #expect(stage.requests.allSatisfy { $0.values("X-LINQ-INTEGRATION-TOKEN") == [Stage.token] })
  }
}
