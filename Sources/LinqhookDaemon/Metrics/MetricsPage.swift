import Answering
import Ingress
import LinqEvents
import LinqhookDelivery
import LinqhookInbox
import MicroHTTP

/// Everything that `/metrics` says. No label ever holds an event id, a phone number or a path as sent.
struct MetricsPage {
  let http: HTTPStatistics
  let ingress: IngressStatistics
  let endpoints: [EndpointReport]
  let inbox: InboxStatistics
  let handlers: [HandlerStatistics]
  /// Requests to the admin address that were refused for their token, by reason.
  let adminRefusals: [String: Int]
  /// Nil where nobody looks at the subscriptions.
  let subscriptionProblems: Int?
  let answering: AnsweringStatistics.Snapshot
  let process: ProcessFigures
  let lastReloadSucceeded: Bool
  let lastReloadAtMilliseconds: Int64

  var text: PrometheusText {
    var text = PrometheusText()
    writeRequests(&text)
    writeEvents(&text)
    writeInbox(&text)
    writeHandlers(&text)
    text.write(answering)
    writeProcess(&text)
    return text
  }

  private func writeRequests(_ text: inout PrometheusText) {
    let requests = "linqhook_http_requests_total"
    text.family(requests, .counter, "HTTP requests answered, by status code.")
    for (code, count) in http.responsesByStatus.sorted(by: { $0.key < $1.key }) {
      text.sample(requests, [("code", "\(code)")], Double(count))
    }
    let duration = "linqhook_http_request_duration_seconds"
    text.family(duration, .histogram, "From the first line of a request to its answer.")
    text.histogram(
      duration,
      bounds: HTTPDurationHistogram.boundsSeconds,
      counts: http.requestDuration.counts,
      sum: http.requestDuration.sumSeconds
    )
    let refused = "linqhook_admin_refused_total"
    text.family(refused, .counter, "Requests to the admin address refused for their token, by reason.")
    for (reason, count) in adminRefusals.sorted(by: { $0.key < $1.key }) {
      text.sample(refused, [("reason", reason)], Double(count))
    }
    text.single(
      "linqhook_http_connections",
      .gauge,
      "Connections that are open.",
      Double(http.connectionsOpen)
    )
    text.single(
      "linqhook_http_connections_evicted_total",
      .counter,
      "Connections without a request that were closed for newcomers.",
      Double(http.connectionsEvicted)
    )
  }

  private func writeEvents(_ text: inout PrometheusText) {
    let events = "linqhook_events_total"
    text.family(events, .counter, "Requests on an endpoint, by what became of them.")
    for outcome in IngressOutcome.allCases {
      text.sample(events, [("outcome", outcome.rawValue)], Double(ingress.outcomes[outcome] ?? 0))
    }
    text.sample(events, [("outcome", "too_large")], Double(http.responsesByStatus[413] ?? 0))
    let verified = "linqhook_signature_verified_total"
    text.family(verified, .counter, "Good signatures, by scheme and position of the secret that matched.")
    let sorted = ingress.verified.sorted {
      ($0.key.scheme.rawValue, $0.key.secretIndex) < ($1.key.scheme.rawValue, $1.key.secretIndex)
    }
    for (by, count) in sorted {
      text.sample(verified, [("scheme", by.scheme.rawValue), ("secret", "\(by.secretIndex)")], Double(count))
    }
    text.single(
      "linqhook_last_event_timestamp_seconds",
      .gauge,
      "When a new event was accepted last, 0 for never.",
      Double(ingress.lastAcceptedAtMilliseconds ?? 0) / 1000
    )
    let unknown = "linqhook_unknown_path_requests_total"
    text.family(unknown, .counter, "Requests to a path that no endpoint has; the verified ones are kept.")
    text.sample(unknown, [("signature", "none")], Double(ingress.unknownPaths))
    text.sample(unknown, [("signature", "verified")], Double(ingress.unknownPathsVerified))
    let unknownEvents = "linqhook_events_unknown_total"
    text.family(
      unknownEvents,
      .counter,
      "New events with a type, version or shape that linqhook does not know."
    )
    for named in UnknownParts.named {
      text.sample(unknownEvents, [("what", named.name)], Double(ingress.unknownParts[named.name] ?? 0))
    }
    text.single(
      "linqhook_endpoints_unverified",
      .gauge,
      "Endpoints where signatures were seen since their secrets were loaded, and none has held.",
      Double(endpoints.count(where: \.seesOnlyMismatches))
    )
    if let subscriptionProblems {
      text.single(
        "linqhook_subscription_problems",
        .gauge,
        "Findings about Linq's subscriptions at the last look.",
        Double(subscriptionProblems)
      )
    }
    text.single(
      "linqhook_clock_skew_seconds",
      .gauge,
      "This machine's clock minus Linq's at the last new event with a signed stamp, or a later stale stamp.",
      Double(ingress.clockSkewSeconds ?? 0)
    )
  }

  private func writeInbox(_ text: inout PrometheusText) {
    text.single(
      "linqhook_inbox_pending_events",
      .gauge,
      "Events that some handler has not settled.",
      Double(inbox.pendingEvents)
    )
    text.single("linqhook_inbox_bytes", .gauge, "Bytes of the store on disk.", Double(inbox.bytes))
    let commit = inbox.commitDurationSeconds
    text.family("linqhook_commit_duration_seconds", .histogram, "Time of a commit, its sync included.")
    text.histogram(
      "linqhook_commit_duration_seconds",
      bounds: commit.bounds,
      counts: commit.counts,
      sum: commit.sum
    )
    let batch = inbox.commitBatchEvents
    text.family("linqhook_commit_batch_events", .histogram, "Events stored by one commit.")
    text.histogram("linqhook_commit_batch_events", bounds: batch.bounds, counts: batch.counts, sum: batch.sum)
    text.single("linqhook_dedup_entries", .gauge, "Ids remembered.", Double(inbox.dedupEntries))
    let evictions = "linqhook_dedup_evictions_total"
    text.family(evictions, .counter, "Ids forgotten, by reason.")
    text.sample(evictions, [("reason", "age")], Double(inbox.dedupEvictionsByAge))
    text.sample(evictions, [("reason", "count")], Double(inbox.dedupEvictionsByCount))
    text.single(
      "linqhook_dedup_early_evictions_total",
      .counter,
      "Ids forgotten by number while Linq could still send the event again.",
      Double(inbox.dedupEarlyEvictions)
    )
    text.single(
      "linqhook_quarantine_entries",
      .gauge,
      "Refused requests that are kept.",
      Double(inbox.quarantineEntries)
    )
  }

  private func writeHandlers(_ text: inout PrometheusText) {
    let deliveries = "linqhook_handler_deliveries_total"
    text.family(deliveries, .counter, "Attempts to hand an event over, by result.")
    for handler in handlers {
      text.sample(
        deliveries,
        [("handler", handler.handler), ("result", "delivered")],
        Double(handler.delivered)
      )
      text.sample(deliveries, [("handler", handler.handler), ("result", "retried")], Double(handler.retried))
      text.sample(deliveries, [("handler", handler.handler), ("result", "dead")], Double(handler.dead))
    }
    let duration = "linqhook_handler_duration_seconds"
    text.family(duration, .histogram, "Time of an attempt.")
    for handler in handlers {
      text.histogram(
        duration,
        [("handler", handler.handler)],
        bounds: DurationHistogram.boundsSeconds,
        counts: handler.durationSeconds.counts,
        sum: handler.durationSeconds.sumSeconds
      )
    }
    let now = WallClock.milliseconds()
    gauge(&text, "linqhook_handler_pending_events", "Events not settled.") { Double($0.pendingEvents) }
    gauge(&text, "linqhook_handler_oldest_pending_seconds", "Age of the oldest event not settled.") {
      $0.oldestPendingAtMilliseconds.map { Double(max(0, now - $0)) / 1000 } ?? 0
    }
    gauge(&text, "linqhook_handler_in_flight", "Events being handed over now.") { Double($0.inFlight) }
    gauge(&text, "linqhook_handler_failing", "1 while the handler's last attempts have all failed.") {
      $0.health == .working ? 0 : 1
    }
    gauge(&text, "linqhook_handler_paused", "1 while the operator has paused the handler.") {
      $0.isPaused ? 1 : 0
    }
    gauge(&text, "linqhook_handler_failures_in_a_row", "Attempts failed since one went through.") {
      Double($0.failuresInARow)
    }
    gauge(
      &text,
      "linqhook_handler_last_failure_timestamp_seconds",
      "When an attempt failed last, 0 for never."
    ) {
      Double($0.lastFailure?.atMilliseconds ?? 0) / 1000
    }
    gauge(&text, "linqhook_dead_letters", "Events given up and kept.") { Double($0.deadLetters) }
    writePrograms(&text)
  }

  private func writePrograms(_ text: inout PrometheusText) {
    let families: [(name: String, help: String, value: (ProgramFigures) -> Int)] = [
      ("linqhook_worker_stray_lines_total", "Lines of workers that are no answers.", \.strayLines),
      ("linqhook_worker_unknown_answers_total", "Answers for no event in flight.", \.unknownAnswers),
      ("linqhook_worker_restarts_total", "Starts of workers after the first.", \.restarts),
    ]
    for family in families {
      text.family(family.name, .counter, family.help)
      for handler in handlers {
        guard let programs = handler.programs else { continue }
        text.sample(family.name, [("handler", handler.handler)], Double(family.value(programs)))
      }
    }
  }

  private func gauge(
    _ text: inout PrometheusText,
    _ name: String,
    _ help: String,
    _ value: (HandlerStatistics) -> Double
  ) {
    text.family(name, .gauge, help)
    for handler in handlers { text.sample(name, [("handler", handler.handler)], value(handler)) }
  }

  private func writeProcess(_ text: inout PrometheusText) {
    text.single(
      "linqhook_config_last_reload_successful",
      .gauge,
      "1 if the last reload was good.",
      lastReloadSucceeded ? 1 : 0
    )
    text.single(
      "linqhook_config_last_reload_success_timestamp_seconds",
      .gauge,
      "When settings were last put in force.",
      Double(lastReloadAtMilliseconds) / 1000
    )
    text.family("linqhook_build_info", .gauge, "The version that runs.")
    text.sample("linqhook_build_info", [("version", LinqhookVersion.current)], 1)
    text.single("process_cpu_seconds_total", .counter, "CPU time used.", process.cpuSeconds)
    text.single("process_resident_memory_bytes", .gauge, "Resident memory.", process.residentBytes)
    text.single("process_virtual_memory_bytes", .gauge, "Virtual memory.", process.virtualBytes)
    text.single("process_start_time_seconds", .gauge, "Start of the process.", process.startTimeSeconds)
    text.single("process_open_fds", .gauge, "Open descriptors.", process.openDescriptors)
    text.single("process_max_fds", .gauge, "Descriptors allowed.", process.maxDescriptors)
    text.single("process_threads", .gauge, "Threads.", process.threads)
  }
}
