import LinqhookInbox

extension MemoryStore {
  mutating func quarantine(_ request: QuarantinedRequest) {
    let isAllowed = allowances.take(request, nowMilliseconds: clock.nowMilliseconds)
    switch isClosed || !isAllowed ? nil : ring.admit(request, digest: Self.digest(of: request)) {
    case .kept(let number, let displaced):
      var kept = request
      kept.number = number
      refused.removeAll { displaced.contains($0.number) }
      refused.append(kept)
      refreshStatistics()
    case .repeated(let number):
      for index in refused.indices where refused[index].number == number {
        refused[index].seenCount += 1
        refused[index].lastSeenAtMilliseconds = max(
          refused[index].lastSeenAtMilliseconds,
          request.receivedAtMilliseconds
        )
        refused[index].lastHeaders = request.headers == refused[index].headers ? nil : request.headers
      }
    case nil:
      statistics.quarantineDropped += 1
    }
  }

  mutating func removeQuarantined(_ numbers: [Int64]) -> Int {
    let removed = Set(numbers.filter { ring.remove($0) })
    refused.removeAll { removed.contains($0.number) }
    refreshStatistics()
    return removed.count
  }

  /// Good within one process, which is as long as this store lives.
  private static func digest(of request: QuarantinedRequest) -> Fingerprint {
    let halves = [0, 1].map { half in
      var hasher = Hasher()
      hasher.combine(half)
      hasher.combine(request.quarantineClass)
      hasher.combine(request.path)
      hasher.combine(request.query)
      hasher.combine(request.body)
      return UInt64(bitPattern: Int64(hasher.finalize()))
    }
    return Fingerprint(high: halves[0], low: halves[1])
  }
}
