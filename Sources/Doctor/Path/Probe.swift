import LinqEvents
import LinqhookAuthentication

/// A signed event that the receiver stores and hands to no handler (``ProbeEvent``).
struct Probe {
  let id: String
  let scheme: SignatureScheme?
  let headers: [SignatureHeader]
  let body: [UInt8]

  /// - Parameters:
  ///   - scheme: the scheme to sign by; nil sends the event unsigned.
  ///   - byteCount: at least this many bytes, by a filler text.
  init(
    scheme: SignatureScheme?,
    secret: Secret?,
    nowMilliseconds: Int64,
    byteCount: Int = 0
  ) throws(AuthenticationError) {
    let id = "linqhook-probe-" + (try RandomIdentifier.uuid())
    let body = Self.body(id: id, nowMilliseconds: nowMilliseconds, byteCount: byteCount)
    (self.id, self.scheme, self.body) = (id, scheme, body)
    guard let scheme, let secret else {
      headers = []
      return
    }
    headers = try SignatureSigner(scheme: scheme, secret: secret).headers(
      eventID: id,
      eventType: ProbeEvent.type,
      timestampSeconds: nowMilliseconds / 1000,
      body: body.span
    )
  }

  var marks: ProbeMarks {
    ProbeMarks(
      id: id,
      signatures: headers.filter { $0.name.lowercased().hasSuffix("signature") }.map(\.value)
    )
  }

  /// Whether the receiver's copy has the same JSON. A signature says more: that the bytes are the same.
  func holds(_ payload: JSONValue) -> Bool { (try? JSONValue(parsing: body.span)) == payload }

  /// An event in the shape of V3. Programs that read JSON and write it again change these bytes: the blanks, the
  /// order of the names, the escapes, the spelling of the number.
  private static func body(id: String, nowMilliseconds: Int64, byteCount: Int) -> [UInt8] {
    let head =
      #"{"webhook_version": "2026-02-03", "event_type":"\#(ProbeEvent.type)","event_id":"\#(id)","#
      + #""created_at":"\#(RFC3339.text(milliseconds: nowMilliseconds))","data":{"z":1.50,"a":"caf\u00e9 \/ Grüße","filler":""#
    let tail = #""}}"#
    let filler = max(0, byteCount - head.utf8.count - tail.utf8.count)
    return Array(head.utf8) + Array(repeating: UInt8(ascii: "x"), count: filler) + Array(tail.utf8)
  }
}
