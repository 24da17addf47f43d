/// What one transaction takes.
package struct WriteBatch {
  /// An event with its fingerprint, made on the caller's thread.
  package struct Candidate {
    package let event: InboundEvent
    package let fingerprint: Fingerprint

    package init(event: InboundEvent, fingerprint: Fingerprint) {
      self.event = event
      self.fingerprint = fingerprint
    }
  }

  /// The events of one call, and whom to tell.
  package struct Offer {
    package let candidates: [Candidate]
    package let completion: @Sendable ([AcceptanceOutcome]) -> Void

    package init(
      candidates: [Candidate],
      completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void
    ) {
      self.candidates = candidates
      self.completion = completion
    }

    /// The bytes of all its payloads.
    var payloadBytes: Int { candidates.reduce(0) { $0 + $1.event.payload.count } }
  }

  /// A progress record, and whom to tell.
  package struct Step {
    package let record: ProgressRecord
    package let completion: @Sendable (InboxError?) -> Void

    package init(record: ProgressRecord, completion: @escaping @Sendable (InboxError?) -> Void) {
      self.record = record
      self.completion = completion
    }
  }

  package var offers: [Offer] = []
  package var steps: [Step] = []
  package var refused: [RefusedRequest] = []

  package init(offers: [Offer] = [], steps: [Step] = [], refused: [RefusedRequest] = []) {
    self.offers = offers
    self.steps = steps
    self.refused = refused
  }
}

/// Whom to tell what after a batch.
package struct CommitResults {
  /// The outcomes of one offer.
  package struct Answer {
    package let outcomes: [AcceptanceOutcome]
    package let completion: @Sendable ([AcceptanceOutcome]) -> Void

    package init(
      outcomes: [AcceptanceOutcome],
      completion: @escaping @Sendable ([AcceptanceOutcome]) -> Void
    ) {
      self.outcomes = outcomes
      self.completion = completion
    }
  }

  /// What became of one progress record.
  package struct Report {
    package let failure: InboxError?
    package let completion: @Sendable (InboxError?) -> Void

    package init(failure: InboxError?, completion: @escaping @Sendable (InboxError?) -> Void) {
      self.failure = failure
      self.completion = completion
    }
  }

  package var answers: [Answer] = []
  package var reports: [Report] = []
  package var stored: [StoredEvent] = []

  package init() {}
}
