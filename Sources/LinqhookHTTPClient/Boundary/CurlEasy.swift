import CCurl

/// One transfer: libcurl's handle for it and everything that the handle points to.
@safe
final class CurlEasy {
  let handle: UnsafeMutableRawPointer
  private let origin: String
  private let receiver: ResponseReceiver
  /// Where libcurl writes its own words about a failure.
  private let errorText: UnsafeMutablePointer<CChar>
  private var headerList: CurlHeaderList?
  private var form: CurlForm?
  private let source: UploadSource?

  init(_ submission: Submission, _ configuration: HTTPClientConfiguration) throws(HTTPClientError) {
    if case .file(let file) = submission.request.body {
      source = try UploadSource(file)
    } else {
      source = nil
    }
    guard let handle = unsafe curl_easy_init() else { throw .outOfResources }
    unsafe self.handle = unsafe handle
    origin = submission.origin
    receiver = ResponseReceiver(submission.request, configuration)
    unsafe errorText = .allocate(capacity: ccurl_error_bytes)
    unsafe errorText.initialize(repeating: 0, count: ccurl_error_bytes)
    try setUp(submission, configuration)
  }

  deinit {
    // libcurl calls back and writes into its error text up to this call; the list, the form and the file
    // are freed with their owners, after it.
    unsafe curl_easy_cleanup(handle)
    unsafe errorText.deallocate()
  }

  /// The id of the submission that a handle was made for.
  static func id(of handle: UnsafeMutableRawPointer?) -> Int {
    var value: UnsafeMutableRawPointer?
    _ = unsafe ccurl_easy_get_private(handle, &value)
    return Int(bitPattern: value)
  }

  /// What came of the transfer.
  func result(_ code: CURLcode) -> Result<IncomingResponse, HTTPClientError> {
    switch receiver.interruption {
    case .bodyLimit: return .success(response(isTruncated: true))
    case nil where code == CURLE_OK && receiver.hasWholeHead && receiver.finishFile():
      return .success(response(isTruncated: false))
    case nil, .headerLimit, .storage: return .failure(failure(code).error(origin: origin))
    }
  }

  private func failure(_ code: CURLcode) -> CurlFailure {
    CurlFailure(
      code: code,
      interruption: receiver.interruption,
      refusedAddress: receiver.refusedAddress,
      isForbiddenAddress: receiver.isForbiddenAddress,
      detail: unsafe receiver.storageTrouble ?? source?.trouble ?? String(cString: errorText)
    )
  }

  private func setUp(_ submission: Submission, _ configuration: HTTPClientConfiguration)
    throws(HTTPClientError)
  {
    do throws(CurlOptionFailure) {
      // An id, not an address: nothing is ever read through it.
      try unsafe set(CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: submission.id))
      try unsafe set(CURLOPT_ERRORBUFFER, errorText)
      try setPolicy(configuration)
      try setRequest(submission.request)
      try setLowestSpeed(submission.request)
      try setReceiver(receiver)
    } catch {
      throw error.error
    }
  }

  private func setRequest(_ request: OutgoingRequest) throws(CurlOptionFailure) {
    try setTarget(request)
    switch request.body {
    case .none: try setEmptyBody(method: request.method)
    case .bytes(let bytes): try setBody(bytes)
    case .multipart(let parts):
      let form = try CurlForm(parts, for: self)
      try form.attach(to: self)
      self.form = form
    case .file(let file): if let source { try setBody(source, byteCount: file.byteCount) }
    }
    let list = try CurlHeaderList(request)
    try list.attach(to: self)
    headerList = list
    try set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func response(isTruncated: Bool) -> IncomingResponse {
    var status = 0
    _ = unsafe ccurl_easy_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    var response = IncomingResponse(
      status: status,
      headers: finalHeaders(),
      body: receiver.body,
      isTruncated: isTruncated,
      certificateExpiry: certificateExpiry()
    )
    response.savedByteCount = receiver.savedByteCount
    return response
  }

  /// The end of the server's own certificate, the first of its chain.
  private func certificateExpiry() -> String? {
    let label = "Expire date:"
    var info: UnsafeMutablePointer<curl_certinfo>?
    guard unsafe ccurl_easy_get_certificates(handle, &info) == CURLE_OK, let info = unsafe info,
      unsafe info.pointee.num_of_certs > 0
    else { return nil }
    var line = unsafe info.pointee.certinfo[0]
    while let current = unsafe line {
      let text = unsafe String(cString: current.pointee.data)
      if text.hasPrefix(label) { return String(text.dropFirst(label.count)) }
      unsafe line = unsafe current.pointee.next
    }
    return nil
  }

  private func finalHeaders() -> [HTTPField] {
    var fields: [HTTPField] = []
    var current: UnsafeMutablePointer<curl_header>?
    while let next = unsafe ccurl_next_header(handle, current) {
      unsafe fields.append(HTTPField(String(cString: next.pointee.name), String(cString: next.pointee.value)))
      unsafe current = unsafe next
    }
    return fields
  }
}
