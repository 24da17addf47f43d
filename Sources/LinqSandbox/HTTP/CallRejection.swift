import LinqEvents

/// The reason why the API refuses a request, and the status of the answer.
struct CallRejection: Error, Equatable {
  let status: Int
  let code: String
  let title: String
  let detail: String
  /// Only with status 429.
  var retryAfterSeconds: Int?

  static func badRequest(_ detail: String) -> CallRejection {
    CallRejection(status: 400, code: "bad_request", title: "Bad Request", detail: detail)
  }

  static func missing(_ name: String) -> CallRejection {
    CallRejection(
      status: 400,
      code: "parameter_missing",
      title: "Missing Parameter",
      detail: "\(name) is required."
    )
  }

  static func invalid(_ detail: String) -> CallRejection {
    CallRejection(status: 422, code: "validation_error", title: "Validation Error", detail: detail)
  }

  static func notFound(_ kind: String) -> CallRejection {
    CallRejection(status: 404, code: "not_found", title: "Not Found", detail: "There is no such \(kind).")
  }

  static func wrongMethod(_ allowed: String) -> CallRejection {
    CallRejection(
      status: 405,
      code: "method_not_allowed",
      title: "Method Not Allowed",
      detail: "This path takes \(allowed)."
    )
  }

  static let unauthorized = CallRejection(
    status: 401,
    code: "unauthorized",
    title: "Unauthorized",
    detail: "The header X-LINQ-INTEGRATION-TOKEN is missing, or not the value of --token."
  )

  static func rateLimited(retryAfterSeconds: Int) -> CallRejection {
    CallRejection(
      status: 429,
      code: "rate_limit_exceeded",
      title: "Too Many Requests",
      detail: "The rate limit is reached. Wait for the seconds in Retry-After.",
      retryAfterSeconds: retryAfterSeconds
    )
  }

  /// V2's own words for it are in no source.
  static let optedOut = CallRejection(
    status: 403,
    code: "recipient_opted_out",
    title: "Forbidden",
    detail: "The recipient has opted out."
  )

  static let serverFault = CallRejection(
    status: 500,
    code: "internal_server_error",
    title: "Internal Server Error",
    detail: "The call took effect and its answer was lost, as --fail-answers asks for."
  )

  /// The form that most calls use.
  var json: JSONValue {
    [
      "errors": [
        ["status": .number(status), "code": .text(code), "title": .text(title), "detail": .text(detail)]
      ]
    ]
  }

  /// The form that webhook subscriptions use.
  var standardJSON: JSONValue {
    [
      "status": .text(String(status)), "error_code": .text(code), "message": .text(title),
      "errors": [.text(detail)],
    ]
  }
}
