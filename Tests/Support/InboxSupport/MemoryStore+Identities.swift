internal import LinqEvents
import LinqhookInbox

// Ids, each looked at anew: slow, and hard to get wrong.

extension MemoryStore {
  mutating func separateIDs(by endpoints: [EndpointKeys]) {
    guard let key else { return }
    _ = scopes.declare(endpoints.map { IdentityScopes.Endpoint($0, key: key) })
  }

  func isKnown(_ eventID: String, in scope: Int) -> Bool {
    let places = [scope] + scopes.all[scope].others
    return known.contains { $0.eventID == eventID && places.contains($0.scope) }
  }

  func remembered(_ event: InboundEvent, in scope: Int) -> Known {
    let now = clock.nowMilliseconds
    let tolerance = scopes.all[scope].toleranceMilliseconds
    let stampAge = event.signedAtMilliseconds.map { max(clock.wallMilliseconds - $0, -tolerance) }
    return Known(
      eventID: event.eventID,
      scope: scope,
      rememberedAtMilliseconds: now,
      createdAtMilliseconds: min(event.envelope.createdAtMilliseconds ?? 0, clock.timeOfDayMilliseconds),
      stampedAtMilliseconds: stampAge.flatMap { $0 <= tolerance ? now - $0 : nil }
    )
  }

  /// Whether ids that must stay take all the room.
  func lacksIDs(_ scope: Int) -> Bool {
    let members = scopes.groups[scopes.all[scope].group]
    let stamped = known.filter { $0.stampedAtMilliseconds != nil && members.contains($0.scope) }
    guard stamped.count >= limits.maxDedupEntries else { return false }
    return !members.contains { member in
      stamped.first { $0.scope == member }.map(mayGo) ?? false
    }
  }

  private func mayGo(_ id: Known) -> Bool {
    guard let stampedAt = id.stampedAtMilliseconds else { return true }
    return stampedAt + scopes.all[id.scope].toleranceMilliseconds < clock.nowMilliseconds
  }

  mutating func evictIDs() {
    settleHorizons()
    for members in scopes.groups {
      while let index = nextToGo(members) { forget(known.remove(at: index)) }
    }
  }

  /// Of each scope the oldest id with a stamp and the oldest without may go; of those the oldest does.
  private func nextToGo(_ members: [Int]) -> Int? {
    let cut = clock.nowMilliseconds - limits.dedupWindowMilliseconds
    let isOver = known.count { members.contains($0.scope) } > limits.maxDedupEntries
    let oldest = members.flatMap { member in
      [true, false].compactMap { isStamped in
        known.firstIndex { $0.scope == member && ($0.stampedAtMilliseconds != nil) == isStamped }
      }
    }
    return oldest.filter { mayGo(known[$0]) && (isOver || known[$0].rememberedAtMilliseconds < cut) }.min()
  }

  private mutating func forget(_ id: Known) {
    let age = clock.nowMilliseconds - id.rememberedAtMilliseconds
    if age > limits.dedupWindowMilliseconds {
      statistics.dedupEvictionsByAge += 1
    } else {
      statistics.dedupEvictionsByCount += 1
    }
    if age <= InboxLimits.repeatWindowMilliseconds { statistics.dedupEarlyEvictions += 1 }
    if age > scopes.all[id.scope].repeatWindowMilliseconds {
      scopes.raiseHorizon(of: id.scope, to: max(1, id.createdAtMilliseconds))
    } else {
      forgottenEarly.append(id)
      scopes.noteForgotten(in: id.scope)
    }
  }

  private mutating func settleHorizons() {
    let now = clock.nowMilliseconds
    for id in forgottenEarly
    where id.rememberedAtMilliseconds + scopes.all[id.scope].repeatWindowMilliseconds < now {
      scopes.raiseHorizon(of: id.scope, to: max(1, id.createdAtMilliseconds))
    }
    forgottenEarly.removeAll {
      $0.rememberedAtMilliseconds + scopes.all[$0.scope].repeatWindowMilliseconds < now
    }
  }
}
