public import LinqhookAuthentication

/// Decides whether a request comes from someone who knows a secret, by the raw bytes of its body and before
/// anything parses them.
///
/// Any enabled scheme may verify, since a hop can drop one set of headers. Schemes that sign more are tried
/// first. The search stops at the first fresh match: only who already holds a good signature could learn
/// anything from that by a clock. All others make the verifier compute every distinct key once for
/// every scheme whose headers are well formed, and no more.
///
/// What it does not do: a V2 signature covers no time, so a replay of one verifies; its only defences are
/// deduplication by event id and the check of `created_at` against what deduplication still remembers. And a
/// capture of one scheme cannot pass as another: the body would have to begin with what the other puts in
/// front, and would be no JSON object.
public struct SignatureVerifier: Sendable {
  /// Why a verifier cannot be made.
  public enum SetupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// With no secret, everything would be refused.
    case noSecrets
    /// With no scheme, everything would be refused.
    case noSchemes
    /// The tolerance is negative.
    case negativeTolerance
    /// libcrypto did not take a secret.
    case authentication(AuthenticationError)

    /// A whole sentence for the operator.
    public var description: String {
      switch self {
      case .noSecrets: "There is no secret to verify signatures with; configure at least one."
      case .noSchemes: "No signature scheme is enabled; enable at least one of v2, v3 and standard."
      case .negativeTolerance: "The tolerance for timestamps must be zero seconds or more."
      case .authentication(let error): error.description
      }
    }
  }

  /// How far a stamp may be from our time, in seconds, in either direction; the edge itself is fresh.
  public let toleranceSeconds: Int64

  /// The enabled schemes in the order in which they are tried, each with its keys.
  private let trials: [(scheme: SignatureScheme, keys: [VerificationKey])]

  /// Prepares every reading of every secret; `secrets` may hold several while they are being rotated.
  public init(
    secrets: [Secret],
    schemes: Set<SignatureScheme>,
    toleranceSeconds: Int64
  ) throws(SetupError) {
    guard !secrets.isEmpty else { throw .noSecrets }
    guard !schemes.isEmpty else { throw .noSchemes }
    guard toleranceSeconds >= 0 else { throw .negativeTolerance }
    do {
      let keys = try VerificationKeys(secrets: secrets)
      trials = [.standard, .v3, .v2].filter(schemes.contains).map { ($0, keys[$0]) }
    } catch {
      throw .authentication(error)
    }
    self.toleranceSeconds = toleranceSeconds
  }

  /// Whether both know the same keys for the same schemes, in whatever order, and so would verify the same requests
  /// at the same time.
  public func verifiesAlike(_ other: SignatureVerifier) -> Bool {
    trials.map(\.scheme) == other.trials.map(\.scheme)
      && zip(trials, other.trials).allSatisfy { ours, theirs in
        let (ours, theirs) = (ours.keys.map(Self.mark), theirs.keys.map(Self.mark))
        return ours.count == theirs.count
          && ours.allSatisfy { mark in theirs.contains { $0.isEqual(to: mark) } }
      }
  }

  /// Equal for equal keys. It never leaves this file.
  private static func mark(of key: VerificationKey) -> AuthenticationCode {
    SignedMessage.bodyOnly.authenticationCode(under: key.key, body: "linqhook compares keys".utf8.span)
  }

  /// Checks one request. `nowSeconds` is the wall clock in Unix seconds.
  public func verify(
    _ headers: SignatureHeaders,
    body: Span<UInt8>,
    nowSeconds: Int64
  ) -> SignatureVerdict {
    var best = SignatureVerdict.refused(.noSignature)
    for (scheme, keys) in trials {
      let verdict = verify(scheme, keys, headers, body: body, nowSeconds: nowSeconds)
      if case .verified = verdict { return verdict }
      best = Self.moreTelling(best, verdict)
    }
    return best
  }

  private func verify(
    _ scheme: SignatureScheme,
    _ keys: [VerificationKey],
    _ headers: SignatureHeaders,
    body: Span<UInt8>,
    nowSeconds: Int64
  ) -> SignatureVerdict {
    let attempt: SignatureAttempt
    do {
      attempt = try SignatureAttempt(scheme, headers)
    } catch {
      return .refused(error)
    }
    for candidate in keys {
      let expected = attempt.message.authenticationCode(under: candidate.key, body: body)
      guard attempt.candidates.contains(expected) else { continue }
      let match = SignatureMatch(
        scheme: scheme,
        secretIndex: candidate.secretIndex,
        keyReading: candidate.reading,
        signedEventID: attempt.eventID,
        timestampSeconds: attempt.timestampSeconds
      )
      return judgeFreshness(of: match, nowSeconds: nowSeconds)
    }
    return .refused(.mismatch)
  }

  private func judgeFreshness(of match: SignatureMatch, nowSeconds: Int64) -> SignatureVerdict {
    guard let timestampSeconds = match.timestampSeconds else { return .verified(match) }
    let skewSeconds = nowSeconds.subtractingReportingOverflow(timestampSeconds).partialValue
    return skewSeconds.magnitude <= toleranceSeconds.magnitude
      ? .verified(match) : .stale(match, skewSeconds: skewSeconds)
  }

  /// A stale match tells more than a refusal, the smaller skew more than the greater, and of two refusals
  /// the one that came further.
  private static func moreTelling(
    _ first: SignatureVerdict,
    _ second: SignatureVerdict
  ) -> SignatureVerdict {
    switch (first, second) {
    case (.stale(_, let one), .stale(_, let other)): one.magnitude <= other.magnitude ? first : second
    case (.stale, _): first
    case (_, .stale): second
    case (.refused(let one), .refused(let other)): one.progress >= other.progress ? first : second
    case (.verified, _): first
    case (_, .verified): second
    }
  }
}
