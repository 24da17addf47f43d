public import LinqhookInbox

// `too old` says that nothing shows whether an event is new or a repeat of one whose id was forgotten. Only a person can
// know, so the word of the operator replaces the proof. It replaces nothing else: the signature is checked as
// ever, a known id is a duplicate, and what the ordinary rules let in needs no word.

extension QuarantineReview {
  /// Judges one request again, and lets it in where its signature holds and only its age speaks against it. Nil where
  /// the quarantine does not have it.
  public func accept(_ number: Int64) async throws(InboxError) -> Finding? {
    guard let request = try await inbox.quarantined(number: number) else { return nil }
    let finding = await judge(request, by: routing(), onTheOperatorsWord: true)
    switch finding.outcome {
    case .accepted, .duplicate: try await inbox.removeQuarantined([number])
    case .tooOld, .unavailable, .invalidSignature, .unusable, .noEndpoint: break
    }
    return finding
  }
}
