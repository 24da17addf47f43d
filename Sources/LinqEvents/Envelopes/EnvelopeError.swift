/// Why a body is no event that can be accepted. Holds no content beyond field names and offsets, so the text
/// may be sent back.
public enum EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The bytes are not JSON.
  case invalidJSON(JSONError)
  /// The bytes are JSON, but not an object.
  case notAnObject
  /// A name that routing reads stands twice at the top; readers differ in which one they take.
  case duplicateName(EnvelopeField)
  /// `event_type` is missing.
  case eventTypeMissing
  /// `event_type` is there but unusable.
  case eventTypeUnusable(IdentifierProblem)

  /// A whole sentence for the sender.
  public var description: String {
    switch self {
    case .invalidJSON(let error): error.description
    case .notAnObject: "The body is not a JSON object."
    case .duplicateName(let field): "The field \(field.rawValue) stands more than once."
    case .eventTypeMissing: "The field event_type is missing."
    case .eventTypeUnusable(let problem): "The field event_type \(problem.rawValue)."
    }
  }
}

/// The fields at the top of an event that routing reads.
public enum EnvelopeField: String, Sendable, CaseIterable {
  /// `v2` or `v3`.
  case apiVersion = "api_version"
  /// `2025-01-01` or `2026-02-03` in V3.
  case webhookVersion = "webhook_version"
  /// What an event is deduplicated by.
  case eventID = "event_id"
  /// What happened.
  case eventType = "event_type"
  /// When it happened.
  case createdAt = "created_at"
  /// Linq's trace, in V3.
  case traceID = "trace_id"
  /// The partner, in V3.
  case partnerID = "partner_id"
  /// What it happened to.
  case data
}

/// Why a value cannot serve as an id or a type. Worded to follow the field's name.
public enum IdentifierProblem: String, Sendable, CaseIterable {
  /// It is an object, a list, true, false or null.
  case notAString = "is neither a string nor a number"
  /// It has no characters.
  case empty = "is empty"
  /// It has more than 255 bytes.
  case tooLong = "is longer than 255 bytes"
  /// It would break a log line or be cut short in an environment variable.
  case controlCharacters = "contains control characters"
  /// It is not text, and two readers would not agree on it.
  case loneSurrogate = "contains half of a surrogate pair"
}
