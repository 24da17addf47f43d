import ScriptedServer
import Testing

@testable import LinqhookHTTPClient

@Suite struct CancellationTests {
  @Test func cancelledTaskClosesItsConnection() async throws {
    let (hasArrived, hasEnded) = (Signal(), Signal())
    let server = try ScriptedServer { connection in
      _ = connection.readRequest()
      hasArrived.fire()
      connection.waitForEnd()
      hasEnded.fire()
    }
    let client = try HTTPClient()
    let url = server.url
    let task = Task {
      try await client.send(OutgoingRequest(method: "GET", url: url, timeout: .seconds(600)))
    }
    await hasArrived.wait()
    task.cancel()
    #expect(await failure { _ = try await task.value }?.code == .cancelled)
    await hasEnded.wait()
  }

  @Test func cancelledTaskGetsNoAnswer() async throws {
    let server = try ScriptedServer { _ in answer("200 OK") }
    let client = try HTTPClient()
    let request = OutgoingRequest(method: "GET", url: server.url, timeout: .seconds(600))
    await withTaskGroup(of: HTTPClientError?.self) { group in
      group.cancelAll()
      for _ in 1...50 {
        group.addTask { await failure { _ = try await client.send(request) } }
      }
      for await error in group { #expect(error?.code == .cancelled) }
    }
    // One that is not cancelled comes after all that went out.
    #expect(try await client.send(request).status == 200)
    #expect(server.connectionCount == 1)
  }

  @Test func cancellationAtAnyMomentEndsTheCall() async throws {
    let server = try ScriptedServer { _ in answer("200 OK") }
    let client = try HTTPClient()
    let url = server.url
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<300 {
        group.addTask {
          let task = Task { try await client.send(OutgoingRequest(method: "GET", url: url)).status }
          for _ in 0..<number % 30 { await Task.yield() }
          task.cancel()
          switch await task.result {
          case .success(let status): #expect(status == 200)
          case .failure(let error): #expect((error as? HTTPClientError)?.code == .cancelled, "\(error)")
          }
        }
      }
    }
  }

  @Test func shutdownEndsEverything() async throws {
    let (hasArrived, hasEnded) = (Signal(), Signal())
    let server = try ScriptedServer { connection in
      _ = connection.readRequest()
      hasArrived.fire()
      connection.waitForEnd()
      hasEnded.fire()
    }
    let client = try HTTPClient()
    let request = OutgoingRequest(method: "GET", url: server.url, timeout: .seconds(600))
    let task = Task { try await client.send(request) }
    await hasArrived.wait()
    async let other: Void = client.shutdown()
    await client.shutdown()
    await other
    #expect(await failure { _ = try await task.value }?.code == .cancelled)
    await hasEnded.wait()
    #expect(await failure { _ = try await client.send(request) }?.code == .cancelled)
    await client.shutdown()
  }

  /// As when a transfer ends just before its task is cancelled and the client is shut down: one poll of the driver
  /// can take both wake-ups away.
  @Test func shutdownDoesNotWaitAfterALateCancellation() async throws {
    let configuration = HTTPClientConfiguration()
    let multi = try CurlMulti(configuration)
    let mailbox = Mailbox(multi)
    mailbox.abort(1)
    mailbox.close()
    #expect(multi.wait(until: .now))
    let start = ContinuousClock.now
    let isStarted = DetachedThread.start {
      TransferDriver.run(mailbox, configuration)
      mailbox.reportEnd()
    }
    try #require(isStarted)
    await mailbox.waitForEnd()
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func idleConnectionsCloseWithTheClient() async throws {
    let hasEnded = Signal()
    let server = try ScriptedServer { connection in
      while connection.readRequest() != nil { connection.write(answer("200 OK")) }
      hasEnded.fire()
    }
    do {
      let client = try HTTPClient()
      _ = try await client.send(OutgoingRequest(method: "GET", url: server.url))
    }
    await hasEnded.wait()
  }
}
