/// How long the certificate of the public address still holds.
struct CertificateReading {
  static let warningDays: Int64 = 14

  /// As OpenSSL prints it.
  let expiry: String
  let nowMilliseconds: Int64

  var finding: Finding {
    guard let end = HTTPDate.milliseconds(certificate: expiry) else {
      return Finding(.warning, "certificate", "trusted, but its end cannot be read: \(expiry).")
    }
    let days = (end - nowMilliseconds) / 86_400_000
    guard days < Self.warningDays else {
      return Finding(.good, "certificate", "trusted, and valid for \(days) more days.")
    }
    return Finding(
      .warning,
      "certificate",
      "it ends in \(days) days, at \(expiry). Renew it now, and see why it was not renewed by itself: after its end Linq delivers nothing."
    )
  }
}
