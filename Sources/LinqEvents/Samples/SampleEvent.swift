/// Made-up events in the shape of Linq's, for `linqhook send`, the sandbox and checks. The people and numbers
/// are invented; the numbers lie in the range that is kept free for fiction.
public enum SampleEvent {
  /// The generations of Linq's envelopes.
  public enum Version: String, Sendable, CaseIterable {
    /// Partner API V2.
    case v2
    /// Partner API V3 with `webhook_version` 2025-01-01.
    case v3Of2025 = "2025-01-01"
    /// Partner API V3 with `webhook_version` 2026-02-03.
    case v3Of2026 = "2026-02-03"
  }

  /// The types for which there is a sample in this version, in the order of ``EventTypes``.
  public static func types(in version: Version) -> [String] {
    let timestamp = Timestamp(milliseconds: 0)
    switch version {
    case .v2: return EventTypes.v2.filter { SampleDataV2.data(of: $0, at: timestamp) != nil }
    case .v3Of2025, .v3Of2026:
      return EventTypes.v3.filter { SampleDataV3.data(of: $0, version, at: timestamp) != nil }
    }
  }

  /// An event of this type, or nil when there is no sample of it in this version.
  ///
  /// It is a tree so that a caller can change values with ``JSONValue/set(_:at:)``; its bytes are
  /// ``JSONValue/compactBytes``. The milliseconds count from 1970.
  public static func make(
    type: String,
    version: Version,
    eventID: String,
    createdAtMilliseconds: Int64
  ) -> JSONValue? {
    let timestamp = Timestamp(milliseconds: createdAtMilliseconds)
    let eventType = JSONValue.scalar(.string(type))
    let id = JSONValue.scalar(.string(eventID))
    switch version {
    case .v2:
      guard let data = SampleDataV2.data(of: type, at: timestamp) else { return nil }
      return [
        "api_version": "v2", "created_at": timestamp.text, "data": data, "event_id": id,
        "event_type": eventType,
      ]
    case .v3Of2025, .v3Of2026:
      guard let data = SampleDataV3.data(of: type, version, at: timestamp) else { return nil }
      return [
        "api_version": "v3", "webhook_version": .scalar(.string(version.rawValue)),
        "event_type": eventType, "event_id": id, "created_at": timestamp.text,
        "trace_id": "5f0c1d2e3a4b5c6d7e8f901234567890", "partner_id": "partner-sample", "data": data,
      ]
    }
  }

  /// A time in the spellings that events use.
  struct Timestamp {
    let milliseconds: Int64

    /// RFC 3339 in UTC.
    var text: JSONValue { .scalar(.string(RFC3339.text(milliseconds: milliseconds))) }

    /// As inside the data of V2: `2025-10-22 16:31:00 +0000`.
    var spaced: JSONValue {
      let text = RFC3339.text(milliseconds: milliseconds)
      return .scalar(.string(text.prefix(10) + " " + text.dropFirst(11).prefix(8) + " +0000"))
    }

    func earlier(bySeconds seconds: Int64) -> Timestamp {
      Timestamp(milliseconds: milliseconds - seconds * 1_000)
    }
  }
}
