import Pacing
import Supervision

/// Many clients on one thread.
struct LoadGenerator {
  static let secret = "test_secret_0123456789ab"
  private static let patienceNanoseconds: Int64 = 30_000_000_000

  private let plan: LoadPlan
  private var template: EventTemplate
  private let ready: ReadySet
  private var connections: [LoadConnection] = []
  private var idle: [Int] = []
  private var begun = 0
  private var result = LoadResult()
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  static func run(_ plan: LoadPlan) throws -> LoadResult {
    var generator = try LoadGenerator(plan)
    return generator.run()
  }

  /// Sends `count` events before another measurement; throws unless all of them were accepted.
  static func fill(port: UInt16, connections: Int, count: Int) throws {
    let result = try run(LoadPlan(port: port, connections: connections, pace: .count(count)))
    guard result.accepted == count else {
      throw BenchError.subject(
        "Of \(count) events \(result.accepted) were accepted; others: \(result.others)."
      )
    }
  }

  private init(_ plan: LoadPlan) throws {
    self.plan = plan
    template = try EventTemplate(
      path: plan.path,
      secret: Self.secret,
      bodyBytes: plan.bodyBytes,
      run: .random(in: .min ... .max)
    )
    result.bodyBytes = template.bodyBytes
    ready = try ReadySet()
    for index in 0..<plan.connections {
      let connection = LoadConnection(try LoadSocket(port: plan.port))
      try ready.watch(connection.socket, tag: index)
      connections.append(connection)
      idle.append(index)
    }
  }

  private mutating func run() -> LoadResult {
    let begin = MonotonicTime.now().nanoseconds
    result.beganAtNanoseconds = begin
    // Waits no longer than half a minute without any answer, or half a minute after the last request was due.
    var lastMoment = begin + plan.dueNanoseconds(plan.maxRequests) + Self.patienceNanoseconds
    var waitsForResponses = true
    if case .closed(let seconds) = plan.pace {
      lastMoment = begin + Int64(seconds * 1e9)
      waitsForResponses = false
    }
    var tags: [Int] = []
    var now = begin
    while now < lastMoment, begun < plan.maxRequests || idle.count < connections.count {
      send(since: begin, now: now)
      ready.wait(nanoseconds: pause(since: begin, until: lastMoment), into: &tags)
      now = MonotonicTime.now().nanoseconds
      for tag in tags { proceed(tag, now: MonotonicTime.now().nanoseconds) }
      if waitsForResponses, !tags.isEmpty { lastMoment = max(lastMoment, now + Self.patienceNanoseconds) }
      if connections.isEmpty { break }
    }
    result.seconds = Double(now - begin) / 1e9
    connections.forEach { $0.socket.close() }
    return result
  }

  /// Sends the due requests on idle connections.
  private mutating func send(since begin: Int64, now: Int64) {
    var now = now
    while let index = idle.last, begun < plan.maxRequests {
      var due = now
      if case .open = plan.pace {
        due = begin + plan.dueNanoseconds(begun)
        if due > now {
          now = MonotonicTime.now().nanoseconds
          if due > now { return }
        }
      } else {
        due = MonotonicTime.now().nanoseconds
      }
      idle.removeLast()
      begun += 1
      if !connections[index].begin(template.bytes, dueAt: due) { lose(index) }
      template.advance()
    }
  }

  private func pause(since begin: Int64, until lastMoment: Int64) -> Int64 {
    let now = MonotonicTime.now().nanoseconds
    var wake = lastMoment
    if case .open = plan.pace, !idle.isEmpty, begun < plan.maxRequests {
      wake = min(wake, begin + plan.dueNanoseconds(begun))
    }
    return min(100_000_000, max(0, wake - now))
  }

  private mutating func proceed(_ index: Int, now: Int64) {
    let connection = connections[index]
    guard let dueAt = connection.dueAt else { return }
    guard let status = connection.proceed(&buffer) else { return }
    guard status != 0 else { return lose(index) }
    if status == 200 { result.accepted += 1 } else { result.others[status, default: 0] += 1 }
    result.latency.record(nanoseconds: now - dueAt)
    idle.append(index)
  }

  /// The server has closed: opens another connection, if possible.
  private mutating func lose(_ index: Int) {
    result.others[0, default: 0] += 1
    connections[index].socket.close()
    guard let socket = try? LoadSocket(port: plan.port), (try? ready.watch(socket, tag: index)) != nil else {
      return
    }
    connections[index] = LoadConnection(socket)
    idle.append(index)
  }
}
