import Foundation
import Ingress
import LinqEvents
import LinqhookInbox
import Logging

// Refused requests.

extension ControlService {
  func listQuarantine(_ query: String?) async throws -> JSONValue {
    let parameters = try ControlParameters(query, known: ["after", "limit"])
    let requests = try await inbox.quarantined(
      after: try parameters.after(),
      limit: try parameters.limit()
    )
    return ["requests": .array(requests.map { $0.json(isWhole: false) })]
  }

  func showQuarantined(_ number: Int64) async throws -> JSONValue {
    guard let request = try await inbox.quarantined(number: number) else { throw Self.missing(number) }
    return request.json(isWhole: true)
  }

  func dropQuarantined(_ number: Int64) async throws -> JSONValue {
    guard try await inbox.removeQuarantined([number]) > 0 else { throw Self.missing(number) }
    logger.notice("operator dropped a request from the quarantine", metadata: ["number": "\(number)"])
    return ["number": JSONValue(number), "outcome": "dropped"]
  }

  func reverify() async throws -> JSONValue {
    let findings = try await review.run()
    let accepted = findings.count { if case .accepted = $0.outcome { true } else { false } }
    logger.notice(
      "operator reverified the quarantine",
      metadata: ["requests": "\(findings.count)", "accepted": "\(accepted)"]
    )
    return ["results": .array(findings.map(\.json))]
  }

  func acceptQuarantined(_ number: Int64) async throws -> JSONValue {
    guard let finding = try await review.accept(number) else { throw Self.missing(number) }
    if let problem = ControlProblem(refusing: finding) { throw problem }
    logger.notice(
      "operator accepted a request from the quarantine",
      metadata: finding.eventID.map { ["number": "\(number)", "event_id": "\($0)"] } ?? [:]
    )
    return finding.json
  }

  private static func missing(_ number: Int64) -> ControlProblem {
    ControlProblem(
      .notFound,
      "There is no request \(number) in the quarantine; newer ones may have taken its place."
    )
  }
}

extension QuarantinedRequest {
  /// `isWhole` adds headers and body: a body that is no UTF-8 as base64.
  fileprivate func json(isWhole: Bool) -> JSONValue {
    let text = isWhole ? String(validating: body, as: UTF8.self) : nil
    return JSONValue(presentMembers: [
      "number": JSONValue(number),
      "received_at": JSONValue(instant: receivedAtMilliseconds),
      "reason": JSONValue(reason.rawValue),
      "class": JSONValue(quarantineClass.name),
      "seen": JSONValue(seenCount),
      "last_seen_at": JSONValue(instant: lastSeenAtMilliseconds),
      "detail": JSONValue(detail),
      "remote": JSONValue(remote),
      "path": JSONValue(path),
      "query": query.map { JSONValue($0) },
      "bytes": JSONValue(body.count),
      "headers": isWhole
        ? .array(headers.map { ["name": JSONValue($0.name), "value": JSONValue($0.value)] }) : nil,
      "body": text.map { JSONValue($0) },
      "body_base64": isWhole && text == nil ? JSONValue(Data(body).base64EncodedString()) : nil,
    ])
  }
}

extension ControlProblem {
  /// Why a request is not let in though the operator asked for it; nil where it was.
  fileprivate init?(refusing finding: QuarantineReview.Finding) {
    let number = finding.number
    switch finding.outcome {
    case .accepted, .duplicate: return nil
    case .invalidSignature(let detail):
      self.init(
        .notAcceptable,
        "None of today's secrets verifies request \(number) (\(detail)), so it stays out; if a secret is wrong, repair it "
          + "and run `linqhook quarantine reverify`."
      )
    case .unusable(let detail):
      self.init(.notAcceptable, "Request \(number) holds no usable event: \(detail)")
    case .noEndpoint:
      self.init(.notAcceptable, "No endpoint has the path of request \(number); add one and try again.")
    case .unavailable, .tooOld:
      self.init(.unavailable, "The inbox takes nothing now; request \(number) is kept. Try again later.")
    }
  }
}

extension QuarantineReview.Finding {
  fileprivate var json: JSONValue {
    let (word, detail, sequence): (String, String?, Int64?) =
      switch outcome {
      case .accepted(let sequence): ("accepted", nil, sequence)
      case .duplicate: ("duplicate", nil, nil)
      case .tooOld: ("too_old", "older than the oldest id that is still remembered", nil)
      case .unavailable: ("unavailable", "the inbox takes nothing now", nil)
      case .invalidSignature(let detail): ("invalid_signature", detail, nil)
      case .unusable(let detail): ("unusable", detail, nil)
      case .noEndpoint: ("no_endpoint", "no endpoint has its path", nil)
      }
    return JSONValue(presentMembers: [
      "number": JSONValue(number),
      "outcome": JSONValue(word),
      "event_id": eventID.map { JSONValue($0) },
      "sequence": sequence.map { JSONValue($0) },
      "detail": detail.map { JSONValue($0) },
    ])
  }
}
