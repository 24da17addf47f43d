// A local stand-in for Linq. API calls change an account that is kept in memory. Their effects (a message is
// delivered, read, answered) follow after a while and are posted to the subscriptions by Linq's own rule. The
// report lists everything that was sent, so that a receiver's file can be checked against it.
//
// The sandbox does not fetch attachment URLs, keep anything over a restart, or limit
// the length of the report: it is for a laptop and a test run.

import LinqhookHTTPClient
public import MicroHTTP

/// A running stand-in for Linq.
public final class Sandbox: Sendable {
  private let core: SandboxCore
  private let server: HTTPServer
  private let http: HTTPClient
  private let jobs: AsyncStream<SandboxCore.Job>
  private let jobsEnd: AsyncStream<SandboxCore.Job>.Continuation
  private let sender: WebhookSender

  /// The listening addresses, with the port that the system chose.
  public var addresses: [ListenAddress] { server.boundAddresses }

  /// Opens the address and answers calls from then on; `run()` delivers.
  public init(_ configuration: SandboxConfiguration) throws(SandboxError) {
    let (jobs, jobsEnd) = AsyncStream.makeStream(of: SandboxCore.Job.self)
    let core = SandboxCore(configuration, jobs: jobsEnd)
    do throws(HTTPClientError) {
      http = try HTTPClient(HTTPClientConfiguration(maxConnectionsPerHost: 32, userAgent: "linqhook-sandbox"))
    } catch {
      throw SandboxError(error)
    }
    let service = SandboxService(core: core)
    do throws(HTTPServerError) {
      server = try HTTPServer.start(
        HTTPServerConfiguration(
          addresses: [configuration.listen],
          loops: 1,
          limits: HTTPLimits(
            requestTimeoutSeconds: 60,
            responseTimeoutSeconds: SandboxService.maxReportWaitSeconds + 10
          )
        ),
        service: HTTPClosureService(maxBodyBytes: SandboxService.maxBodyBytes) { await service.answer($0) }
      )
    } catch {
      throw SandboxError(error)
    }
    core.setAttachmentsURL("\(Self.url(of: server.boundAddresses))/attachments")
    sender = WebhookSender(
      http: http,
      log: core.log,
      configuration: configuration,
      rule: RetryRule(timeScale: configuration.timeScale),
      activeSubscription: { core.activeSubscription($0) },
      routingHeaders: { core.routingHeaders($0, chatID: $1) },
      learnRouting: { core.learn(routingToken: $0, for: $1) },
      noteAttempt: { core.noteAttempt(ofSubscription: $0, isDelivered: $1) }
    )
    self.core = core
    self.jobs = jobs
    self.jobsEnd = jobsEnd
  }

  /// Plays the scheduled happenings and delivers their events, until `stop()` or cancellation. Call it once.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs {
        group.addTask { [core, sender] in
          switch job {
          case .story(let story): await core.tell(story)
          case .delivery(let delivery): await sender.deliver(delivery)
          }
        }
      }
      group.cancelAll()
    }
    await http.shutdown()
  }

  /// Answers no more calls and ends `run()`; events not delivered by then are not delivered.
  public func stop() async {
    await server.stop(deadlineSeconds: 1)
    jobsEnd.finish()
  }

  /// The deliveries so far and their outcomes.
  public func report() -> SandboxReport {
    core.report()
  }

  private static func url(of addresses: [ListenAddress]) -> String {
    switch addresses.first {
    case .tcp(let host, let port)?:
      switch host {
      case "0.0.0.0", "": "http://127.0.0.1:\(port)"
      case "::": "http://[::1]:\(port)"
      default: host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
      }
    case .unix?, .descriptor?, nil: "http://localhost"
    }
  }
}
