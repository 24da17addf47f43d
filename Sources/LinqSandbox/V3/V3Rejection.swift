import LinqEvents

/// The reason why Partner API V3 refuses a call: the status, Linq's own number of the error and its words.
struct V3Rejection: Error, Equatable {
  let status: Int
  let code: Int
  let message: String
  /// Only with status 429.
  var retryAfterSeconds: Int?

  init(_ status: Int, _ code: Int, _ message: String, retryAfterSeconds: Int? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.retryAfterSeconds = retryAfterSeconds
  }

  static func missing(_ name: String) -> V3Rejection { V3Rejection(400, 1001, "\(name) is required.") }
  static func badNumber(_ name: String) -> V3Rejection {
    V3Rejection(400, 1002, "\(name) must be a number in E.164 form, such as +12025550147.")
  }
  static func badBody(_ detail: String) -> V3Rejection { V3Rejection(400, 1003, detail) }
  static func badContent(_ detail: String) -> V3Rejection { V3Rejection(400, 1004, detail) }
  static func badValue(_ detail: String) -> V3Rejection { V3Rejection(400, 1005, detail) }

  static func wrongMethod(_ allowed: String) -> V3Rejection {
    V3Rejection(405, 1005, "This path takes \(allowed).")
  }

  static func tooMany(retryAfterSeconds: Int) -> V3Rejection {
    V3Rejection(
      429,
      1007,
      "Too many messages. Wait for the seconds in Retry-After.",
      retryAfterSeconds: retryAfterSeconds
    )
  }

  static let unknownPath = V3Rejection(404, 2001, "There is no such call in the sandbox.")
  static let noChat = V3Rejection(404, 2001, "There is no such chat.")
  static let noMessage = V3Rejection(404, 2002, "There is no such message.")
  static let noAttachment = V3Rejection(404, 2003, "There is no such attachment.")
  static let noSubscription = V3Rejection(404, 2010, "There is no such webhook subscription.")
  static let unauthorized = V3Rejection(401, 2004, "The token is missing or wrong.")
  static let notYourLine = V3Rejection(403, 2006, "from is not one of your Linq numbers.")
  static let optedOut = V3Rejection(403, 2024, "The recipient has opted out.")
  static let serverFault = V3Rejection(500, 3006, "An internal error happened.")

  /// The body of the answer.
  func json(traceID: String) -> JSONValue {
    var error: [JSONValue.Member] = [
      .init("status", .number(status)), .init("code", .number(code)), .init("message", .text(message)),
      .init("doc_url", .text("https://docs.linqapp.com/error/codes/\(code / 1_000)xxx/\(code)/")),
    ]
    if let retryAfterSeconds { error.append(.init("retry_after", .number(retryAfterSeconds))) }
    return ["success": false, "error": .object(error), "trace_id": .text(traceID)]
  }
}
