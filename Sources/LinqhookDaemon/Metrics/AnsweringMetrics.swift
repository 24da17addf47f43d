import Answering

extension PrometheusText {
  /// What handlers did at Linq.
  mutating func write(_ answering: AnsweringStatistics.Snapshot) {
    let actions = "linqhook_actions_total"
    family(actions, .counter, "What handlers asked for at Linq, by what became of it.")
    for (series, count) in answering.actions.sorted(by: { Self.labels($0.key) < Self.labels($1.key) }) {
      sample(
        actions,
        [
          ("handler", series.handler), ("action", series.action.rawValue), ("result", series.result.rawValue),
        ],
        Double(count)
      )
    }
    let guarded = "linqhook_handler_guarded_total"
    family(guarded, .counter, "Events for which a handler was not run, by the reason of its guard.")
    for (series, count) in answering.guarded.sorted(by: {
      ($0.key.handler, $0.key.reason.rawValue) < ($1.key.handler, $1.key.reason.rawValue)
    }) {
      sample(guarded, [("handler", series.handler), ("reason", series.reason.rawValue)], Double(count))
    }
    let attachments = "linqhook_attachments_total"
    family(attachments, .counter, "Attachments that were fetched, by what became of them.")
    for result in AnsweringStatistics.AttachmentResult.allCases {
      sample(attachments, [("result", result.rawValue)], Double(answering.attachments[result] ?? 0))
    }
    single(
      "linqhook_attachment_bytes_total",
      .counter,
      "Bytes of attachments that were saved.",
      Double(answering.attachmentBytes)
    )
  }

  private static func labels(_ series: AnsweringStatistics.ActionSeries) -> String {
    "\(series.handler) \(series.action.rawValue) \(series.result.rawValue)"
  }
}
