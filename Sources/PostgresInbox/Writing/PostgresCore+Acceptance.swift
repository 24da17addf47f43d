internal import LinqEvents
internal import LinqhookInbox
internal import PostgreSQL

/// What was decided about the offers of a batch, before anything is written.
private struct Plan {
  var outcomes: [[AcceptanceOutcome]] = []
  var events: [StoredEvent] = []
  var identities: [Identity] = []
  /// Ids that are there already. A duplicate is written, never only read: see ``PostgresCore/write(_:_:_:now:)``.
  var copies: [Fingerprint] = []
  var payloadBytes: Int64 = 0
}

extension PostgresCore {
  /// What an event costs beside its payload, as `inbox.max_bytes` counts it.
  static let rowBytes: Int64 = 512

  mutating func process(_ batch: WriteBatch) -> CommitResults {
    let started = ContinuousClock.now
    var results = CommitResults()
    do throws(InboxError) {
      let (plan, head, failures, dropped, eviction) = try commit { core, session in
        try core.work(batch, session)
      }
      let seconds = (ContinuousClock.now - started) / .seconds(1)
      finish(plan, head, dropped: dropped, eviction: eviction, seconds: seconds)
      results.stored = plan.events
      results.answers = zip(batch.offers, plan.outcomes).map {
        CommitResults.Answer(outcomes: $1, completion: $0.completion)
      }
      results.reports = zip(batch.steps, failures).map {
        CommitResults.Report(failure: $1, completion: $0.completion)
      }
    } catch {
      let reason: InboxUnavailability = error.code == .closed ? .closed : .storeFailed
      results.answers = batch.offers.map {
        CommitResults.Answer(
          outcomes: $0.candidates.map { _ in .unavailable(reason) },
          completion: $0.completion
        )
      }
      results.reports = batch.steps.map { CommitResults.Report(failure: error, completion: $0.completion) }
      board.update { $0.quarantineDropped += batch.refused.count }
    }
    return results
  }

  private mutating func work(
    _ batch: WriteBatch,
    _ session: PostgreSQLSession
  ) throws -> (Plan, HeadState, [InboxError?], Int, Eviction) {
    var plan = Plan()
    // Progress alone need not wait for those who accept.
    let takes = !batch.offers.isEmpty
    let scopeCount = masks.count
    var head = try takeHead(session, asking: ids(of: batch.offers), takes: takes)
    // Another receiver has made a scope since: its ids were not asked for.
    if masks.count != scopeCount { head = try takeHead(session, asking: ids(of: batch.offers), takes: takes) }
    var eviction = Eviction()
    let now = clock.nowMilliseconds
    if takes {
      plan = decide(batch.offers, &head, now: now)
      try write(plan, &head, session, now: now)
    }
    let failures = try batch.steps.map { try record($0.record, session) }
    var dropped = 0
    for refused in batch.refused where try !keep(refused, session) { dropped += 1 }
    if takes { eviction = try evictIDs(&head, session) }
    if !batch.steps.isEmpty { try readPending(&head, session) }
    return (plan, head, failures, dropped, eviction)
  }

  /// The ids of the offers in every scope where they could stand.
  private func ids(of offers: [WriteBatch.Offer]) -> [Fingerprint] {
    var ids: [Fingerprint] = []
    for candidate in offers.lazy.flatMap(\.candidates) {
      for mask in masks { ids.append(candidate.fingerprint ^ mask) }
    }
    return ids
  }

  /// Decides in order; what is accepted is known to those that come after it.
  private mutating func decide(_ offers: [WriteBatch.Offer], _ head: inout HeadState, now: Int64) -> Plan {
    var plan = Plan()
    let times = (now: now, wall: clock.wallMilliseconds)
    for offer in offers {
      plan.outcomes.append(offer.candidates.map { decide($0, &head, at: times, in: &plan) })
    }
    return plan
  }

  private mutating func decide(
    _ candidate: WriteBatch.Candidate,
    _ head: inout HeadState,
    at times: (now: Int64, wall: Int64),
    in plan: inout Plan
  ) -> AcceptanceOutcome {
    let event = candidate.event
    let scope = scopes.number(of: event.endpoint)
    for place in [scope] + scopes.all[scope].others {
      let id = candidate.fingerprint ^ masks[place]
      guard head.known.contains(id) else { continue }
      plan.copies.append(id)
      return .duplicate
    }
    if scopes.isTooOld(event, in: scope) { return .tooOld }
    if let refusal = refusal(head) { return .unavailable(refusal) }
    let identity = Identity(
      candidate.fingerprint ^ masks[scope],
      of: event,
      scope: scope,
      toleranceMilliseconds: scopes.all[scope].toleranceMilliseconds,
      at: times
    )
    if lacksIDs(scope, head, now: times.now) { return .unavailable(.idsFull) }
    head.known.insert(identity.fingerprint)
    head.counts[identity.kind] += 1
    head.last += 1
    head.bytes += Int64(event.payload.count) + Self.rowBytes
    plan.identities.append(identity)
    plan.events.append(StoredEvent(event, sequence: head.last))
    return .accepted(sequence: head.last)
  }

  private mutating func finish(
    _ plan: Plan,
    _ head: HeadState,
    dropped: Int,
    eviction: Eviction,
    seconds: Double
  ) {
    complain(of: eviction)
    publish(head) { statistics in
      statistics.quarantineDropped += dropped
      statistics.count(eviction)
      guard let newest = plan.events.last else { return }
      statistics.lastEventAtMilliseconds = newest.receivedAtMilliseconds
      statistics.commitDurationSeconds.observe(seconds)
      statistics.commitBatchEvents.observe(Double(plan.events.count))
    }
  }
}

// MARK: - Writing

extension PostgresCore {
  private static let insert = PostgreSQLStatement(
    "insert_events",
    """
    WITH added AS (
      INSERT INTO event
        (seq, fp, kind, created_at, stamped_at, received_at, accepted_at, event_id, event_type, source, payload)
      SELECT $1::bigint + o - 1, fp, kind, created_at, stamped_at, received_at, $2::bigint,
        event_id, event_type, source, payload
      FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
        $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[]) WITH ORDINALITY
        AS given (fp, kind, created_at, stamped_at, received_at, event_id, event_type, source, payload, o)
    ), copied AS (
      UPDATE event SET copies = copies + 1 WHERE fp = ANY($12::uuid[])
    ), counted AS (
      UPDATE scope SET
        unstamped = unstamped + (SELECT count(*) FROM unnest($4::bigint[]) k WHERE k = number * 2),
        stamped = stamped + (SELECT count(*) FROM unnest($4::bigint[]) k WHERE k = number * 2 + 1)
      WHERE number IN (SELECT DISTINCT k / 2 FROM unnest($4::bigint[]) k)
    )
    UPDATE head SET last = last + cardinality($3::uuid[]), bytes = $13::bigint, steady_at = $2::bigint
    """
  )

  /// Stores the new events, and touches those that came again.
  ///
  /// A duplicate must be written and not only read: the commit of its first copy may still be waiting for a standby. The
  /// commit of this transaction lies behind that one in the log, so when it is on two machines, the event is.
  private mutating func write(
    _ plan: Plan,
    _ head: inout HeadState,
    _ session: PostgreSQLSession,
    now: Int64
  ) throws {
    guard !plan.events.isEmpty || !plan.copies.isEmpty else { return }
    let (events, ids) = (plan.events, plan.identities)
    let maxCreatedAt = clock.timeOfDayMilliseconds
    _ = try session.execute(
      Self.insert,
      [
        .int8(head.last - Int64(events.count) + 1), .int8(now),
        .uuids(ids.map { ($0.fingerprint.high, $0.fingerprint.low) }),
        .int8s(ids.map { Int64($0.kind.code) }),
        .int8s(ids.map { $0.createdAtMilliseconds.map { min($0, maxCreatedAt) } }),
        .int8s(ids.map(\.stampedAtMilliseconds)),
        .int8s(events.map(\.receivedAtMilliseconds)),
        .byteses(events.map { Array($0.eventID.utf8) }),
        .byteses(events.map { Array($0.envelope.eventType.utf8) }),
        .byteses(events.map { $0.source.map { Array($0.utf8) } }),
        .byteses(events.map(\.payload)),
        .uuids(plan.copies.map { ($0.high, $0.low) }),
        .int8(head.bytes),
      ],
      timeout: storage.answerWithin
    )
    if !ids.isEmpty, let check = nextIDCheckMilliseconds {
      nextIDCheckMilliseconds = min(check, now + limits.dedupWindowMilliseconds + 1)
    }
  }
}
