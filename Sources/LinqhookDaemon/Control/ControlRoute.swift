import Foundation

/// What a request to the control API asks for.
enum ControlRoute: Equatable {
  case receiver
  case stats
  case listEvents
  case showEvent(EventReference)
  case replay(EventReference)
  case listDead
  case retryDead(handler: String, sequence: Int64)
  case dropDead(handler: String, sequence: Int64)
  case listHandlers
  case forgetHandler(String)
  case setPaused(handler: String, isPaused: Bool)
  case listQuarantine
  case showQuarantined(Int64)
  case dropQuarantined(Int64)
  case reverify
  case acceptQuarantined(Int64)

  /// An event as people name it: by its id, or by its place in the order of acceptance as `#12`.
  enum EventReference: Equatable {
    case id(String)
    case sequence(Int64)

    init(_ text: String) {
      if text.hasPrefix("#"), let sequence = Int64(text.dropFirst()) {
        self = .sequence(sequence)
      } else {
        self = .id(text)
      }
    }
  }

  /// Takes a method and a path with percent-encoded segments apart.
  init(method: String, path: String) throws(ControlProblem) {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .map { $0.removingPercentEncoding ?? "" }
    guard segments.first == "api", !segments.contains("") else { throw Self.notFound }
    switch (method, segments.dropFirst().first, Array(segments.dropFirst(2))) {
    case ("GET", "receiver", []): self = .receiver
    case ("GET", "stats", []): self = .stats
    case (_, "events", let rest): self = try Self.events(method, rest)
    case (_, "handlers", let rest): self = try Self.handlers(method, rest)
    case (_, "dead", let rest): self = try Self.dead(method, rest)
    case (_, "quarantine", let rest): self = try Self.quarantine(method, rest)
    case (_, "receiver", []), (_, "stats", []): throw Self.wrongMethod(method)
    default: throw Self.notFound
    }
  }

  private static func events(_ method: String, _ rest: [String]) throws(ControlProblem) -> ControlRoute {
    switch (method, rest.count, rest.last) {
    case ("GET", 0, _): return .listEvents
    case ("GET", 1, let id?): return .showEvent(EventReference(id))
    case ("POST", 2, "replay"): return .replay(EventReference(rest[0]))
    case (_, 0...1, _), (_, 2, "replay"): throw wrongMethod(method)
    default: throw notFound
    }
  }

  private static func dead(_ method: String, _ rest: [String]) throws(ControlProblem) -> ControlRoute {
    if rest.isEmpty {
      guard method == "GET" else { throw wrongMethod(method) }
      return .listDead
    }
    guard (2...3).contains(rest.count), let sequence = Int64(rest[1]) else { throw notFound }
    switch (method, rest.dropFirst(2).first) {
    case ("POST", "retry"): return .retryDead(handler: rest[0], sequence: sequence)
    case ("DELETE", nil): return .dropDead(handler: rest[0], sequence: sequence)
    case (_, "retry"), (_, nil): throw wrongMethod(method)
    default: throw notFound
    }
  }

  private static func handlers(_ method: String, _ rest: [String]) throws(ControlProblem) -> ControlRoute {
    switch (method, rest.count, rest.last) {
    case ("GET", 0, _): return .listHandlers
    case ("DELETE", 1, let handler?): return .forgetHandler(handler)
    case ("POST", 2, "pause"): return .setPaused(handler: rest[0], isPaused: true)
    case ("POST", 2, "resume"): return .setPaused(handler: rest[0], isPaused: false)
    case (_, 0...1, _), (_, 2, "pause"), (_, 2, "resume"): throw wrongMethod(method)
    default: throw notFound
    }
  }

  private static func quarantine(_ method: String, _ rest: [String]) throws(ControlProblem) -> ControlRoute {
    switch (method, rest.count, rest.last) {
    case ("GET", 0, _): return .listQuarantine
    case ("POST", 1, "reverify"): return .reverify
    case (_, 0, _), (_, 1, "reverify"): throw wrongMethod(method)
    case (_, 1, let text?):
      guard let number = Int64(text) else { throw notFound }
      switch method {
      case "GET": return .showQuarantined(number)
      case "DELETE": return .dropQuarantined(number)
      default: throw wrongMethod(method)
      }
    case (_, 2, "accept"):
      guard let number = Int64(rest[0]) else { throw notFound }
      guard method == "POST" else { throw wrongMethod(method) }
      return .acceptQuarantined(number)
    default: throw notFound
    }
  }

  private static let notFound = ControlProblem(.notFound, "There is nothing at this path of the control API.")

  private static func wrongMethod(_ method: String) -> ControlProblem {
    ControlProblem(.methodNotAllowed, "This path of the control API does not know the method \(method).")
  }
}
