import Foundation
import LinqEvents

/// A description of an API, with which calls and answers are compared.
///
/// It is what linqhook uses of Linq's Partner API V3, reduced by hand: requests are closed, so that a member that Linq
/// does not know is found, and answers are open, because Linq adds members.
public struct OpenAPIDescription: Sendable {
  private static let loaded = Result { try load() }

  private let document: JSONValue
  private let check: SchemaCheck
  /// The segments that come before every path.
  private let base: [String]

  /// Linq's Partner API V3.
  public static func v3() throws -> OpenAPIDescription { try loaded.get() }

  private static func load() throws -> OpenAPIDescription {
    guard let url = Bundle.module.url(forResource: "v3", withExtension: "json") else {
      throw CocoaError(.fileNoSuchFile)
    }
    return OpenAPIDescription(try JSONValue(parsing: Array(try Data(contentsOf: url)).span))
  }

  init(_ document: JSONValue) {
    self.document = document
    check = SchemaCheck(document: document)
    let server = document.value(at: ["servers", "0", "url"])?.string ?? ""
    base = server.split(separator: "/").dropFirst(2).map(String.init)
  }

  /// The call that a request is, as `GET /v3/chats/{chatId}`; nil where the description has none.
  public func operation(_ request: DescribedRequest) -> String? {
    found(request).map { "\(request.method) \($0.template)" }
  }

  /// What is wrong with a request; empty where it is as described.
  public func violations(in request: DescribedRequest) -> [String] {
    guard let found = found(request) else {
      return ["\(request.method) \(request.target): is not in the description"]
    }
    return authorization(request) + parameters(found, request) + body(found.operation, request)
  }

  /// What is wrong with the answer to a request; empty where it is as described. A call that is not in the description
  /// must be refused.
  public func violations(in answer: DescribedAnswer, to request: DescribedRequest) -> [String] {
    let described: JSONValue
    if let found = found(request) {
      guard let answers = found.operation[member: "responses"]?[member: "\(answer.status)"] else {
        return ["status: \(answer.status) is not in the description"]
      }
      described = check.resolved(answers)
    } else {
      guard [401, 404, 405].contains(answer.status) else { return ["status: an unknown call is answered"] }
      described = document.value(at: ["components", "responses", "Error"]) ?? .null
    }
    return headers(described, answer) + content(described, answer)
  }
}

extension OpenAPIDescription {
  private struct Found {
    let template: String
    let operation: JSONValue
    let pathValues: [String: String]
    let query: [(name: String, value: String)]
  }

  private func found(_ request: DescribedRequest) -> Found? {
    let target = RequestTarget(request.target)
    guard target.segments.starts(with: base), case .object(let paths)? = document[member: "paths"] else {
      return nil
    }
    let path = target.segments.dropFirst(base.count)
    let candidates = paths.compactMap { entry -> Found? in
      guard let operation = entry.value[member: request.method.lowercased()],
        let values = Self.values(of: path, in: entry.name)
      else { return nil }
      return Found(
        template: entry.name,
        operation: operation,
        pathValues: values,
        query: target.query
      )
    }
    return candidates.min { $0.pathValues.count < $1.pathValues.count }
  }

  /// What stands for the names in braces; nil where the path is another one.
  private static func values(of path: ArraySlice<String>, in template: String) -> [String: String]? {
    let names = template.split(separator: "/")
    guard names.count == path.count else { return nil }
    var values: [String: String] = [:]
    for (name, segment) in zip(names, path) {
      if name.hasPrefix("{") {
        values[String(name.dropFirst().dropLast())] = segment
      } else if name != segment {
        return nil
      }
    }
    return values
  }

  private func authorization(_ request: DescribedRequest) -> [String] {
    let values = request.headers.values("Authorization")
    let isBearer = values.count == 1 && values[0].hasPrefix("Bearer ") && values[0].count > 7
    return isBearer ? [] : ["Authorization: is no bearer token"]
  }

  private func parameters(_ found: Found, _ request: DescribedRequest) -> [String] {
    let described = found.operation[member: "parameters"]?.elements ?? []
    let queryNames = described.filter { $0[member: "in"] == "query" }.compactMap {
      $0[member: "name"]?.string
    }
    let strangers = found.query.filter { !queryNames.contains($0.name) }
      .map { "query.\($0.name): is not in the description" }
    return strangers
      + described.flatMap { parameter -> [String] in
        let name = parameter[member: "name"]?.string ?? ""
        let values =
          switch parameter[member: "in"]?.string {
          case "path": [found.pathValues[name]].compactMap(\.self)
          case "query": found.query.filter { $0.name == name }.map(\.value)
          default: request.headers.values(name)
          }
        return violations(of: values, by: parameter, at: name)
      }
  }

  /// A header or a parameter: missing, repeated or of the wrong form.
  private func violations(of values: [String], by described: JSONValue, at name: String) -> [String] {
    guard values.count <= 1 else { return ["\(name): stands there \(values.count) times"] }
    guard let text = values.first else {
      return described[member: "required"] == true ? ["\(name): is missing"] : []
    }
    let schema = described[member: "schema"] ?? .null
    let isInteger = schema[member: "type"] == "integer" && Int64(text) != nil
    return check.violations(
      of: isInteger ? .scalar(.number(text)) : JSONValue(text),
      by: schema,
      at: name
    )
  }

  private func body(_ operation: JSONValue, _ request: DescribedRequest) -> [String] {
    guard let described = operation[member: "requestBody"] else {
      return request.body.isEmpty ? [] : ["body: the call takes none"]
    }
    guard request.headers.areJSON else { return ["Content-Type: is not application/json"] }
    return json(request.body, by: described)
  }

  private func headers(_ described: JSONValue, _ answer: DescribedAnswer) -> [String] {
    guard case .object(let members)? = described[member: "headers"] else { return [] }
    return members.flatMap {
      violations(of: answer.headers.values($0.name), by: $0.value, at: $0.name)
    }
  }

  private func content(_ described: JSONValue, _ answer: DescribedAnswer) -> [String] {
    guard described[member: "content"] != nil else {
      return answer.body.isEmpty ? [] : ["body: the answer has none"]
    }
    guard answer.headers.areJSON else { return ["Content-Type: is not application/json"] }
    return json(answer.body, by: described)
  }

  private func json(_ body: [UInt8], by described: JSONValue) -> [String] {
    guard let value = try? JSONValue(parsing: body.span) else { return ["body: is no JSON"] }
    let schema = described.value(at: ["content", "application/json", "schema"]) ?? .null
    return check.violations(of: value, by: schema, at: "body")
  }
}
