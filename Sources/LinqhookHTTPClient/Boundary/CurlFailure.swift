import CCurl
import ShownText

/// A transfer that ended without an answer, and how it is told to the operator.
struct CurlFailure {
  var code: CURLcode
  var interruption: ResponseReceiver.Interruption?
  var refusedAddress: Bool
  var isForbiddenAddress: Bool
  /// libcurl's own words. They name hosts, ports, times and certificates, never headers or credentials.
  var detail: String

  func error(origin: String) -> HTTPClientError {
    if interruption == .headerLimit {
      return HTTPClientError(
        .tooLarge,
        "The headers of the answer from \(origin) are over the limit. Check what answers at that address."
      )
    }
    if interruption == .storage {
      return HTTPClientError(
        .storage,
        "The file for the answer from \(origin) could not be written\(reason). See to the disk and the folder."
      )
    }
    if isForbiddenAddress {
      return HTTPClientError(
        .forbiddenAddress,
        "\(origin) has no address of the public Internet, and others are refused. Use another host."
      )
    }
    if refusedAddress {
      return HTTPClientError(
        .connect,
        "\(origin) has a link-local address, and those are refused. Use a target with another address."
      )
    }
    let (code, sentences) = explanation(origin)
    return HTTPClientError(code, sentences)
  }

  private func explanation(_ origin: String) -> (HTTPClientError.Code, String) {
    switch code {
    case CURLE_URL_MALFORMAT:
      (.invalidURL, "The URL with \(origin) cannot be used\(reason). Correct it.")
    case CURLE_COULDNT_RESOLVE_HOST:
      (.resolve, "The host of \(origin) was not found\(reason). Check the name and the DNS of this machine.")
    case CURLE_COULDNT_CONNECT:
      (.connect, "No connection to \(origin)\(reason). Check that the server runs and can be reached.")
    case CURLE_OPERATION_TIMEDOUT:
      (.timeout, "No connection to \(origin) came up in time\(reason). Check that the server can be reached.")
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CLIENTCERT:
      (.tls, "No trusted connection to \(origin)\(reason). Check its certificate, or name a private CA file.")
    case CURLE_READ_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_ABORTED_BY_CALLBACK:
      (.invalidRequest, "A file of the request to \(origin) could not be read to its end\(reason). Check it.")
    case CURLE_OUT_OF_MEMORY:
      (.other, HTTPClientError.outOfResources.description)
    default:
      (.other, "The exchange with \(origin) broke off\(reason). Check that an HTTP server answers there.")
    }
  }

  /// libcurl's words in brackets, else its name for the code.
  private var reason: String {
    let words = unsafe detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    return " (\(Shown.words(words)))"
  }
}
