import LinqEvents

/// Says why the receiver refused a probe, from what arrived of it.
struct RefusalReading {
  let probe: Probe
  let refused: RefusedProbe

  var finding: Finding {
    let arrived = Set(refused.headerNames.map { $0.lowercased() })
    let lost = probe.headers.map(\.name).filter { name in
      // The two that only tell, and are not read for the signature, are not kept either.
      !["X-Webhook-Event", "X-Webhook-Subscription-ID"].contains(name) && !arrived.contains(name.lowercased())
    }
    // Requests without a body are equal, and of equal ones the quarantine keeps the headers of the first.
    if !lost.isEmpty, !refused.body.isEmpty || probe.body.isEmpty {
      return Finding(
        .problem,
        "headers",
        "\(lost.joined(separator: ", ")) \(lost.count == 1 ? "does" : "do") not reach the receiver. Let the proxy pass these headers on."
      )
    }
    if refused.body != probe.body {
      let change = BodyChange.describe(sent: probe.body, arrived: refused.body)
      return Finding(
        .problem,
        "body",
        "the body \(change). \(BodyChange.advice)"
      )
    }
    return switch refused.reason {
    case "stale", "stale_timestamp":
      Finding(
        .problem,
        "clock",
        "the receiver took a stamp of this moment for a stale one: its clock and the one of this command differ by more than `tolerance`. Set the clocks by NTP."
      )
    case "unknown_path":
      Finding(
        .problem,
        "path",
        "the event arrived under a path that is no endpoint. Let the proxy pass the path on unchanged."
      )
    case "invalid_signature":
      Finding(
        .problem,
        "secret",
        "the event arrived unchanged, but the receiver has other secrets in force than this configuration names. Reload it (SIGHUP), or run doctor with the receiver's configuration."
      )
    default:
      Finding(
        .problem,
        "receiver",
        "the receiver refused the probe: \(refused.reason). See `linqhook quarantine list`."
      )
    }
  }
}
