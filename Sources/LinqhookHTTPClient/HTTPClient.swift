// HTTP out, on libcurl's multi interface. One thread of its own drives all transfers of a client (see
// TransferDriver); `send` hands it a request through the mailbox and waits. What libcurl would do by itself
// and a webhook sender must not do is turned off: redirects, proxies from the environment, cookies, .netrc,
// other protocols, HTTP/2, `Expect: 100-continue`, signals.
//
// When a kept connection turns out to be dead before any byte of an answer came, libcurl sends the request
// once more on a new one, a POST too. A target must know duplicates by an id anyway.

import Synchronization

/// A client for `http` and `https` that keeps connections for reuse. Safe to share between tasks.
public final class HTTPClient: Sendable {
  private let configuration: HTTPClientConfiguration
  private let mailbox: Mailbox
  private let requestCount = Atomic<Int>(0)

  /// Starts a client and its thread.
  /// - Throws: `invalidConfiguration` when a value is out of range or the certificate file is not readable,
  ///   `other` when the machine lacks memory, threads or descriptors.
  public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) throws(HTTPClientError) {
    try configuration.validate()
    let mailbox = Mailbox(try CurlMulti(configuration))
    self.configuration = configuration
    self.mailbox = mailbox
    let isStarted = DetachedThread.start {
      TransferDriver.run(mailbox, configuration)
      mailbox.reportEnd()
    }
    guard isStarted else { throw .outOfResources }
  }

  deinit {
    mailbox.close()
  }

  /// Sends a request and waits for the whole answer, whatever its status is; redirects are not followed.
  /// Cancelling the task ends the transfer and closes its connection.
  public func send(_ request: OutgoingRequest) async throws(HTTPClientError) -> IncomingResponse {
    let origin = try request.validatedOrigin()
    // Nothing of it may go out. To hand it over and take it back at once is not enough: the driver may come round between.
    if Task.isCancelled { throw .taskCancelled }
    let id = requestCount.add(1, ordering: .relaxed).newValue
    let deadline = ContinuousClock.now + request.timeout
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.submit(
          Submission(id: id, request: request, origin: origin, deadline: deadline, continuation: continuation)
        )
        // A cancellation from before the submission named an id that the driver did not know yet.
        if Task.isCancelled { mailbox.abort(id) }
      }
    } onCancel: {
      mailbox.abort(id)
    }
    return try result.get()
  }

  /// Ends the client: requests in flight fail with `cancelled`, connections are closed, the thread ends.
  /// Returns when all of that is done; may be called more than once.
  public func shutdown() async {
    mailbox.close()
    await mailbox.waitForEnd()
  }
}
