package import LinqEvents
package import LinqhookAuthentication
package import LinqhookHTTPClient

/// An endpoint of the receiver, as the examination needs it.
package struct ExaminedEndpoint: Sendable {
  package let path: String
  /// The secret to sign with; nil where the endpoint takes unsigned events and has none.
  package let secret: Secret?
  package let schemes: [SignatureScheme]
  package let maxBodyBytes: Int
  /// How far a stamp may be from the receiver's clock.
  package let toleranceSeconds: Double

  package init(
    path: String,
    secret: Secret?,
    schemes: [SignatureScheme],
    maxBodyBytes: Int,
    toleranceSeconds: Double = 300
  ) {
    self.path = path
    self.toleranceSeconds = toleranceSeconds
    self.secret = secret
    self.schemes = schemes
    self.maxBodyBytes = maxBodyBytes
  }
}

// The way from an address to the inbox, walked as Linq walks it: a signed event is posted there, and then the
// receiver is asked what it has. The two ends together tell what lies between: what never arrived, what arrived
// changed, what somebody else answered.

/// Examines one address of one endpoint.
package struct PathExamination<Lookup: ArrivalLookup> {
  /// Linq gives up after 10 s.
  static var slowSeconds: Double { 2 }
  static var deadlineSeconds: Double { 10 }

  let url: String
  let unixSocketPath: String?
  let endpoint: ExaminedEndpoint
  let client: HTTPClient
  var lookup: Lookup
  let nowMilliseconds: @Sendable () -> Int64

  /// - Parameters:
  ///   - url: where Linq would post.
  ///   - unixSocketPath: the socket to connect to instead of the URL's host.
  package init(
    url: String,
    unixSocketPath: String? = nil,
    endpoint: ExaminedEndpoint,
    client: HTTPClient,
    lookup: Lookup,
    nowMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.url = url
    self.unixSocketPath = unixSocketPath
    self.endpoint = endpoint
    self.client = client
    self.lookup = lookup
    self.nowMilliseconds = nowMilliseconds
  }

  /// Whether a probe of the usual size arrives, by each scheme. Ends early where nothing answers.
  package mutating func run() async -> [Finding] {
    var findings: [Finding] = []
    let schemes: [SignatureScheme?] = endpoint.secret == nil ? [nil] : endpoint.schemes
    for (number, scheme) in schemes.enumerated() {
      let exchange: Exchange
      switch await post(scheme, byteCount: 0) {
      case .answered(let answered): exchange = answered
      case .failed(let failure): return findings + [failure]
      }
      if number == 0 { findings += connection(exchange) }
      let finding = await judge(exchange)
      // The same cause in each scheme is told once.
      let isKnown = finding.level != .good && findings.contains { $0.text == finding.text }
      if !isKnown { findings.append(finding) }
      if exchange.isRedirect { return findings }
    }
    return findings
  }

  /// What the TLS handshake and the clock on the wall told.
  private func connection(_ exchange: Exchange) -> [Finding] {
    let certificate = exchange.response.certificateExpiry.map {
      CertificateReading(expiry: $0, nowMilliseconds: nowMilliseconds()).finding
    }
    return [certificate, clock(exchange), time(exchange.seconds)].compactMap(\.self)
  }

  /// A proxy on another machine tells its time. That it is the same here is no news: it may be this machine's.
  private func clock(_ exchange: Exchange) -> Finding? {
    let finding = ClockReading.compare(
      dateHeader: exchange.response.header("Date"),
      with: Self.host(of: url),
      askedAtMilliseconds: nowMilliseconds() - Int64(exchange.seconds * 1000),
      tookMilliseconds: Int64(exchange.seconds * 1000),
      toleranceSeconds: endpoint.toleranceSeconds
    )
    return finding?.level == .good ? nil : finding
  }

  private func time(_ seconds: Double) -> Finding {
    let took = "the answer took \(Int(seconds * 1000)) ms"
    if seconds >= Self.deadlineSeconds {
      return Finding(.problem, "time", "\(took). Linq gives up after 10 s and sends the event again.")
    }
    if seconds >= Self.slowSeconds {
      return Finding(
        .warning,
        "time",
        "\(took); Linq gives up after 10 s. Find out which hop in front of the receiver is slow."
      )
    }
    return Finding(.good, "time", "\(took).")
  }
}

// MARK: - One probe

extension PathExamination {
  /// A probe and the answer that it got.
  struct Exchange {
    let probe: Probe
    let response: IncomingResponse
    let seconds: Double

    var isRedirect: Bool { (300..<400).contains(response.status) }
  }

  /// What came of posting a probe.
  enum Step {
    case answered(Exchange)
    case failed(Finding)
  }

  mutating func post(_ scheme: SignatureScheme?, byteCount: Int) async -> Step {
    guard
      let probe = try? Probe(
        scheme: scheme,
        secret: endpoint.secret,
        nowMilliseconds: nowMilliseconds(),
        byteCount: byteCount
      )
    else { return .failed(Finding(.problem, "probe", "the probe could not be signed.")) }
    await lookup.mark()
    let request = OutgoingRequest(
      method: "POST",
      url: url,
      unixSocketPath: unixSocketPath,
      headers: [HTTPField("Content-Type", "application/json")]
        + probe.headers.map { HTTPField($0.name, $0.value) },
      body: .bytes(probe.body),
      timeout: .seconds(30)
    )
    let started = ContinuousClock.now
    do {
      let response = try await client.send(request)
      let seconds = (ContinuousClock.now - started) / .seconds(1)
      return .answered(Exchange(probe: probe, response: response, seconds: seconds))
    } catch {
      return .failed(FailureReading(error: error, host: Self.host(of: url)).finding)
    }
  }

  /// What became of a probe that was answered.
  mutating func judge(_ exchange: Exchange) async -> Finding {
    let answer = AnswerReading(response: exchange.response, path: endpoint.path)
    let arrival = await arrival(of: exchange.probe, mayBeLate: answer.errorCode != nil)
    let name = exchange.probe.scheme.map { "signature \($0.rawValue)" } ?? "event"
    switch arrival {
    case .stored(let payload) where exchange.probe.scheme != nil || exchange.probe.holds(payload):
      if answer.status != nil {
        return Finding(
          .good,
          name,
          "an event arrived with its bytes and headers unchanged and is stored."
        )
      }
      return Finding(
        .problem,
        "answer",
        "the event arrived and is stored, but the answer was replaced on its way back by \(exchange.response.status). Let the proxy pass answers on unchanged."
      )
    case .stored:
      return Finding(.problem, "body", "the body was changed on its way. \(BodyChange.advice)")
    case .refused(let refused):
      return RefusalReading(probe: exchange.probe, refused: refused).finding
    case .absent:
      return absent(answer)
    }
  }

  /// What is refused is answered first and written right after: where the answer is in linqhook's words, look again.
  private func arrival(of probe: Probe, mayBeLate: Bool) async -> Arrival {
    for _ in 0..<(mayBeLate ? Self.maxLooks : 1) {
      let arrival = await lookup.find(probe.marks)
      if arrival != .absent { return arrival }
      if mayBeLate { try? await Task.sleep(for: .milliseconds(50)) }
    }
    return .absent
  }

  private static var maxLooks: Int { 20 }

  private func absent(_ answer: AnswerReading) -> Finding {
    if answer.status != nil {
      return Finding(
        .problem,
        "receiver",
        "a linqhook took the event, but not the one whose inbox this is. Point the proxy at this receiver, or run doctor with that one's configuration."
      )
    }
    switch answer.errorCode {
    case "not_found"?:
      return Finding(
        .problem,
        "path",
        "the receiver answers 404: the path that arrives there is not \(endpoint.path). Correct the URL, or the path that the proxy passes on."
      )
    case "method_not_allowed"?:
      return Finding(
        .problem,
        "proxy",
        "the request arrived with another method than POST. Let the proxy pass the method on."
      )
    case "body_too_large"?:
      return Finding(
        .problem,
        "body limit",
        "the receiver in force takes smaller bodies than this configuration says. Reload it."
      )
    case "unavailable"?:
      return Finding(
        .problem,
        "receiver",
        "the receiver answers 503 and takes no events now. See `curl ADMIN/readyz?verbose` and its log."
      )
    case "invalid_signature"?:
      return Finding(
        .problem,
        "receiver",
        "a linqhook refused the signature, but the probe is not in this one's quarantine: it may be another receiver, with another secret."
      )
    default: return answer.strangeFinding
    }
  }

  static func host(of url: String) -> String {
    let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
    return String(rest.prefix { $0 != "/" && $0 != "?" })
  }
}
