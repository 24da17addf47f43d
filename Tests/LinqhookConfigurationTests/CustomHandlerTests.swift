import LinqhookConfiguration
import TestKit
import Testing

/// Handlers that an embedding program brings along.
@Suite struct CustomHandlerTests {
  private let yaml = """
    handlers:
      - name: mine
        type: queue
        events: ["message.*"]
        concurrency: 3
        url: amqp://localhost
        limits: {size: 5, ratio: 0.5, on: true, off: no}
        tags: [a, "1", ~]
    """

  @Test func theirKeysArePassedOn() throws {
    let handler = try TemporaryFolder().load(yaml, customHandlerTypes: ["queue"]).settings.handlers[0]
    #expect(handler.events == ["message.*"])
    #expect(handler.concurrency == 3)
    #expect(
      handler.kind
        == .custom(
          type: "queue",
          options: [
            "url": .text("amqp://localhost"),
            "limits": .mapping([
              "size": .integer(5), "ratio": .number(0.5), "on": .boolean(true), "off": .text("no"),
            ]),
            "tags": .list([.text("a"), .text("1"), .null]),
          ]
        )
    )
  }

  @Test func oneThatAnswersTakesTheKeysOfAnswers() throws {
    let yaml = """
      linq: {token: env:LINQ_WEBHOOK_SECRET}
      handlers:
        - {name: mine, type: echo, reply: actions, typing: true, prefix: "> "}
      """
    let loaded = try TemporaryFolder().load(
      yaml,
      customHandlerTypes: ["echo"],
      answeringHandlerTypes: ["echo"]
    )
    let kind = loaded.settings.handlers[0].kind
    #expect(kind.answering == AnsweringSettings(reply: .actions, typing: true))
    #expect(
      kind
        == .custom(
          type: "echo",
          options: ["prefix": .text("> ")],
          answering: AnsweringSettings(reply: .actions, typing: true)
        )
    )
    // Of other types they are the type's own.
    let other = try TemporaryFolder().load(yaml, customHandlerTypes: ["echo"]).settings.handlers[0].kind
    #expect(other.answering == nil)
  }

  @Test func aTypeThatNobodyBringsIsUnknown() throws {
    let folder = try TemporaryFolder()
    #expect(
      try folder.problems(yaml) == [
        "linqhook.yaml:3: handler mine: `type` must be one of log, file, shell, worker, http or media, not `queue`."
      ]
    )
    let error = try configurationError { try folder.load(yaml, customHandlerTypes: ["queues"]) }
    #expect(
      error.description.hasSuffix(
        "one of log, file, shell, worker, http, media or queues, not `queue`. Did you mean `queues`?"
      )
    )
  }
}
