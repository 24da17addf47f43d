import Foundation
import LinqEvents
import LinqhookInbox

/// The parameters of a query, decoded and checked when they are asked for.
struct ControlParameters {
  private let values: [String: String]

  /// Reads `a=1&b=2`; only names in `known` may be there, each once.
  init(_ query: String?, known: Set<String>) throws(ControlProblem) {
    var values: [String: String] = [:]
    for pair in (query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts[0].removingPercentEncoding, known.contains(name) else {
        throw ControlProblem(.invalidRequest, "The parameter \(parts[0]) is not known here.")
      }
      guard let value = parts.count > 1 ? parts[1].removingPercentEncoding : "" else {
        throw ControlProblem(.invalidRequest, "The parameter \(name) is not percent-encoded UTF-8.")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw ControlProblem(.invalidRequest, "The parameter \(name) is there twice.")
      }
    }
    self.values = values
  }

  subscript(name: String) -> String? { values[name] }

  /// How many items a list may have.
  func limit(default standard: Int = 100) throws(ControlProblem) -> Int {
    Int(try number("limit", in: 1...10_000) ?? Int64(standard))
  }

  /// A number that everything asked for must be above.
  func after() throws(ControlProblem) -> Int64 {
    try number("after", in: 0...Int64.max) ?? 0
  }

  /// A number that everything asked for must be below.
  func before() throws(ControlProblem) -> Int64? {
    try number("before", in: 1...Int64.max)
  }

  /// For how long to wait for an event; 0 where the answer is wanted at once.
  func waitSeconds() throws(ControlProblem) -> Int {
    Int(try number("wait", in: 0...25) ?? 0)
  }

  /// Whether something is asked for beside the rest.
  func flag(_ name: String) throws(ControlProblem) -> Bool {
    try number(name, in: 0...1) == 1
  }

  func instant(_ name: String) throws(ControlProblem) -> Int64? {
    guard let text = values[name] else { return nil }
    guard let milliseconds = RFC3339.milliseconds(text) else {
      throw ControlProblem(
        .invalidRequest,
        "The parameter \(name) must be a time such as 2026-02-05T19:30:00Z."
      )
    }
    return milliseconds
  }

  func state() throws(ControlProblem) -> EventQuery.State? {
    guard let text = values["state"] else { return nil }
    guard let state = EventQuery.State(rawValue: text) else {
      throw ControlProblem(.invalidRequest, "The parameter state must be pending, delivered or dead.")
    }
    return state
  }

  private func number(_ name: String, in range: ClosedRange<Int64>) throws(ControlProblem) -> Int64? {
    guard let text = values[name] else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw ControlProblem(
        .invalidRequest,
        "The parameter \(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)."
      )
    }
    return number
  }
}
