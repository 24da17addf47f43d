import LinqEvents
import Testing

@Suite struct UnknownPartsTests {
  private func unknown(_ json: String) throws -> [String] {
    let parts = UnknownParts(in: try EventEnvelope.read(Array(json.utf8)))
    return UnknownParts.named.filter { parts.contains($0.part) }.map(\.name)
  }

  @Test(arguments: [
    (#"{"event_type":"call.completed","event_id":"1"}"#, []),
    (#"{"event_type":"linqhook.probe","event_id":"1","webhook_version":"2026-02-03"}"#, []),
    (#"{"event_type":"message.invented","event_id":"1"}"#, ["type"]),
    (#"{"event_type":"call.completed","event_id":"1","webhook_version":"2027-01-01"}"#, ["version"]),
    (#"{"event_type":"call.completed","event_id":"1","api_version":"v4"}"#, ["version"]),
    (
      #"{"event_type":"message.received","event_id":"1","webhook_version":"2026-02-03","data":{}}"#, ["shape"]
    ),
    (#"{"event_type":"new.thing","event_id":"1","api_version":"v9"}"#, ["type", "version"]),
  ]) func saysWhatIsNotKnown(json: String, expected: [String]) throws {
    #expect(try unknown(json) == expected)
  }
}
