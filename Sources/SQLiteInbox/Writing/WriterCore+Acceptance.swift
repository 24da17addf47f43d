internal import GRDB
internal import LinqEvents
internal import LinqhookInbox

/// What was decided about the offers of a batch, before anything is written.
private struct Plan {
  var outcomes: [[AcceptanceOutcome]] = []
  var events: [StoredEvent] = []
  var identities: [Identity] = []
  var payloadBytes = 0
  /// Whether something was refused because of ids that could be forgotten with a transaction.
  var lacksIDs = false
  /// The endpoint of the last event and its scope: mostly that of the next one too.
  var endpoint = (path: "", scope: IdentityScopes.shared)
}

/// What a transaction did besides storing events.
private struct Written {
  var failures: [InboxError?] = []
  var quarantineDropped = 0
  var eviction = Eviction()
  var pruning = PruneRows.Progress()
}

extension WriterCore {
  /// Decides, writes, commits. Nobody is told before this has returned.
  mutating func process(_ batch: WriteBatch) -> CommitResults {
    let started = ContinuousClock.now
    var plan = decide(batch.offers)
    var results = CommitResults()
    // Where the store is full and something may go, even what is refused takes a step of pruning along.
    if plan.events.isEmpty, batch.steps.isEmpty, batch.refused.isEmpty, !plan.lacksIDs,
      !(space.isFull && storeState.mayPrune)
    {
      results.answers = answers(batch.offers, plan.outcomes)
      return results
    }
    do throws(InboxError) {
      let written = try write(plan, batch)
      results.stored = plan.events
      results.reports = zip(batch.steps, written.failures).map {
        CommitResults.Report(failure: $1, completion: $0.completion)
      }
      finish(plan, written, seconds: (ContinuousClock.now - started) / .seconds(1))
    } catch {
      for identity in plan.identities { index.remove(identity.fingerprint, identity.kind) }
      withdraw(&plan, of: batch.offers, because: recovery.refusal)
      results.reports = batch.steps.map { .init(failure: error, completion: $0.completion) }
      publishFigures { $0.quarantineDropped += batch.refused.count }
    }
    results.answers = answers(batch.offers, plan.outcomes)
    return results
  }

  private func answers(
    _ offers: [WriteBatch.Offer],
    _ outcomes: [[AcceptanceOutcome]]
  ) -> [CommitResults.Answer] {
    zip(offers, outcomes).map { .init(outcomes: $1, completion: $0.completion) }
  }

  /// Decides in order. An id that is accepted is in the index at once, so that the next copy of it, in this
  /// batch or a later one, is a duplicate of something that is stored when it is answered.
  private mutating func decide(_ offers: [WriteBatch.Offer]) -> Plan {
    var plan = Plan()
    plan.outcomes.reserveCapacity(offers.count)
    plan.events.reserveCapacity(offers.count)
    plan.identities.reserveCapacity(offers.count)
    let times = (now: clock.nowMilliseconds, wall: clock.wallMilliseconds)
    for offer in offers {
      plan.outcomes.append(offer.candidates.map { decide($0, at: times, in: &plan) })
    }
    return plan
  }

  private mutating func decide(
    _ candidate: WriteBatch.Candidate,
    at times: (now: Int64, wall: Int64),
    in plan: inout Plan
  ) -> AcceptanceOutcome {
    guard case .open = storage else {
      if case .closed = storage { return .unavailable(.closed) }
      return .unavailable(recovery.refusal)
    }
    let event = candidate.event
    let scopes = storeState.identities.scopes
    if event.endpoint != plan.endpoint.path {
      plan.endpoint = (event.endpoint, scopes.number(of: event.endpoint))
    }
    let scope = plan.endpoint.scope
    if isKnown(candidate.fingerprint, in: scope, of: scopes) { return .duplicate }
    if scopes.isTooOld(event, in: scope) { return .tooOld }
    let lastSequence = storeState.lastSequence + Int64(plan.events.count)
    if let refusal = refusal(after: lastSequence) { return .unavailable(refusal) }
    if lacksIDs(scope, now: times.now) {
      plan.lacksIDs = true
      return .unavailable(.idsFull)
    }
    let identity = Identity(
      candidate.fingerprint ^ masks[scope],
      of: event,
      scope: scope,
      toleranceMilliseconds: scopes.all[scope].toleranceMilliseconds,
      at: times
    )
    index.insert(identity.fingerprint, identity.kind)
    plan.identities.append(identity)
    plan.events.append(StoredEvent(event, sequence: lastSequence + 1))
    plan.payloadBytes += event.payload.count
    return .accepted(sequence: lastSequence + 1)
  }

  /// Whether the id is in the event's scope or in another that it looks at.
  private func isKnown(_ fingerprint: Fingerprint, in scope: Int, of scopes: IdentityScopes) -> Bool {
    if index.contains(fingerprint ^ masks[scope]) { return true }
    for other in scopes.all[scope].others where index.counts.ids(inScope: other) > 0 {
      if index.contains(fingerprint ^ masks[other]) { return true }
    }
    return false
  }

  /// Takes back what was decided on the strength of events that are not stored now. While the disk is full
  /// the file is sound, and a duplicate of an older event stays one; where the store failed nothing is.
  private func withdraw(
    _ plan: inout Plan,
    of offers: [WriteBatch.Offer],
    because reason: InboxUnavailability
  ) {
    let withdrawn = Set(plan.events.map(\.eventID))
    for (position, offer) in offers.enumerated() {
      plan.outcomes[position] = zip(offer.candidates, plan.outcomes[position]).map { candidate, outcome in
        switch outcome {
        case .tooOld, .unavailable: outcome
        case .duplicate where reason == .diskFull && !withdrawn.contains(candidate.event.eventID): .duplicate
        case .accepted, .duplicate: .unavailable(reason)
        }
      }
    }
  }

  private mutating func write(_ plan: Plan, _ batch: WriteBatch) throws(InboxError) -> Written {
    let (clock, now) = (clock, clock.nowMilliseconds)
    let limits = evictionLimits(now: now, maxRows: 64 + plan.events.count)
    let step = pruneStep(now: now, accepted: plan.events.count)
    return try commit { db, storeState in
      var written = Written()
      if !plan.events.isEmpty {
        let insertion = try EventInsertion(db)
        for event in plan.events { try insertion.insert(event, acceptedAtMilliseconds: now) }
        try storeState.identities.append(
          plan.identities,
          firstSequence: storeState.lastSequence + 1,
          clock: clock,
          db: db
        )
        storeState.lastSequence += Int64(plan.events.count)
      }
      for step in batch.steps {
        written.failures.append(try ProgressRows.apply(step.record, to: &storeState, db: db))
      }
      for refused in batch.refused {
        if try !QuarantineRows.admit(refused, to: &storeState.ring, db: db) { written.quarantineDropped += 1 }
      }
      written.eviction = try storeState.identities.evict(limits, db: db)
      written.pruning = try PruneRows.step(step, storeState: &storeState, db: db)
      return written
    }
  }

  private mutating func finish(_ plan: Plan, _ written: Written, seconds: Double) {
    if !plan.events.isEmpty { highWaterMark.note(storeState.lastSequence) }
    forget(written.eviction)
    space.add(bytes: plan.payloadBytes)
    reviewSpace(after: written.pruning, accepted: plan.events.count)
    publishFigures { statistics in
      statistics.quarantineDropped += written.quarantineDropped
      statistics.count(written.eviction)
      guard let newest = plan.events.last else { return }
      statistics.lastEventAtMilliseconds = newest.receivedAtMilliseconds
      statistics.commitDurationSeconds.observe(seconds)
      statistics.commitBatchEvents.observe(Double(plan.events.count))
    }
  }
}
