// All of libcurl's work happens here, on one thread: take what was posted, let every transfer go as far as
// it can without waiting, hand out what is finished, wait for a socket, a timer or a wake-up. Nothing here
// blocks but that wait: names are looked up on threads of libcurl's own.
//
// The total time-out is kept here and not by libcurl: in 7.88 a transfer that waits for a free connection
// has no timer that would wake it.

/// The loop of a client's thread, and the transfers that it has under way.
struct TransferDriver {
  private let multi: CurlMulti
  private let configuration: HTTPClientConfiguration
  private var transfers: [Int: Transfer] = [:]

  private struct Transfer {
    var easy: CurlEasy
    var submission: Submission
  }

  /// Works until the mailbox is closed. When it returns every transfer has its result and every connection
  /// is closed.
  static func run(_ mailbox: Mailbox, _ configuration: HTTPClientConfiguration) {
    guard let multi = mailbox.multi else { return }
    var driver = TransferDriver(multi: multi, configuration: configuration)
    while true {
      let (messages, isLast) = mailbox.collect()
      for message in messages { driver.take(message) }
      if isLast { break }
      driver.advance()
    }
    driver.failAll(.shutDown)
  }

  private init(multi: CurlMulti, configuration: HTTPClientConfiguration) {
    self.multi = multi
    self.configuration = configuration
  }

  private mutating func take(_ message: Mailbox.Message) {
    switch message {
    case .start(let submission): start(submission)
    case .abort(let id): end(id) { _ in .failure(.taskCancelled) }
    }
  }

  private mutating func start(_ submission: Submission) {
    do throws(HTTPClientError) {
      let easy = try CurlEasy(submission, configuration)
      try multi.add(easy)
      transfers[submission.id] = Transfer(easy: easy, submission: submission)
    } catch {
      submission.continuation.resume(returning: .failure(error))
    }
  }

  private mutating func advance() {
    guard multi.perform() else { return failAll(.outOfResources) }
    while let finished = multi.nextFinished() {
      end(finished.id) { easy in easy.result(finished.code) }
    }
    expire()
    let deadline = transfers.values.map(\.submission.deadline).min()
    guard multi.wait(until: deadline) else { return failAll(.outOfResources) }
  }

  private mutating func expire() {
    let now = ContinuousClock.now
    for transfer in transfers.values where transfer.submission.deadline <= now {
      end(transfer.submission.id) { _ in .failure(.timedOut(transfer.submission)) }
    }
  }

  private mutating func failAll(_ error: HTTPClientError) {
    for id in Array(transfers.keys) { end(id) { _ in .failure(error) } }
  }

  private mutating func end(
    _ id: Int,
    _ result: (CurlEasy) -> Result<IncomingResponse, HTTPClientError>
  ) {
    guard let transfer = transfers.removeValue(forKey: id) else { return }
    multi.remove(transfer.easy)
    transfer.submission.continuation.resume(returning: result(transfer.easy))
  }
}

extension HTTPClientError {
  fileprivate static func timedOut(_ submission: Submission) -> HTTPClientError {
    HTTPClientError(
      .timeout,
      "\(submission.origin) did not answer within \(submission.request.timeout / .seconds(1)) s. "
        + "Check that it works, or allow it more time."
    )
  }
}
