import InboxTestKit
import Testing

@testable import LinqhookInbox

@Suite struct IdentityScopesTests {
  private func endpoint(_ path: String, _ keys: [UInt64], tolerance: Int64 = 300_000)
    -> IdentityScopes.Endpoint
  {
    IdentityScopes.Endpoint(
      path: path,
      prints: Set(keys.map { Fingerprint(high: 1, low: $0) }),
      toleranceMilliseconds: tolerance
    )
  }

  @Test func everybodyLooksAtTheSharedScopeAndItCountsForItself() {
    var scopes = IdentityScopes()
    #expect(scopes.declare([endpoint("/a", [1]), endpoint("/b", [2])]) == [1, 2])
    #expect(scopes.all.map(\.others) == [[], [0], [0]])
    #expect(scopes.groups == [[0], [1], [2]])
    #expect(scopes.number(of: "/b") == 2)
    #expect(scopes.number(of: "/nowhere") == IdentityScopes.shared)
  }

  @Test func theSameEndpointsChangeNothing() {
    var scopes = IdentityScopes()
    _ = scopes.declare([endpoint("/a", [1, 2])])
    #expect(scopes.declare([endpoint("/a", [2, 1])]).isEmpty)
    #expect(scopes.declare([endpoint("/a", [1, 2, 3])]) == [1])
    #expect(scopes.all.count == 2)
  }

  @Test func endpointsCountTogetherOverSeveralStepsButLookOnlyWhereTheyShareAKey() {
    var scopes = IdentityScopes()
    _ = scopes.declare([endpoint("/a", [1, 2]), endpoint("/b", [3]), endpoint("/c", [2, 3])])
    #expect(scopes.groups == [[0], [1, 2, 3]])
    #expect(scopes.all[1].others == [0, 3])
    #expect(scopes.all[2].others == [0, 3])
    #expect(scopes.all[3].others == [0, 1, 2])
  }

  @Test func aPathThatLosesAKeyBeginsAnewAndStillLooksBack() {
    var scopes = IdentityScopes()
    _ = scopes.declare([endpoint("/a", [1, 2]), endpoint("/b", [1])])
    #expect(scopes.declare([endpoint("/a", [2]), endpoint("/b", [1])]) == [3])
    #expect(scopes.number(of: "/a") == 3)
    #expect(scopes.all[3].others == [0, 1])
    // Whoever holds the first key sees what was taken while both had it, and nothing later.
    #expect(scopes.all[2].others == [0, 1])
    #expect(scopes.groups == [[0], [1, 2], [3]])
  }

  @Test func theLongestToleranceCountsForAllThatShareAKey() {
    var scopes = IdentityScopes()
    _ = scopes.declare([endpoint("/a", [1], tolerance: 1000), endpoint("/b", [1], tolerance: 7_200_000)])
    #expect(scopes.all[1].toleranceMilliseconds == 7_200_000)
    #expect(scopes.all[1].repeatWindowMilliseconds == 7_200_000)
    _ = scopes.declare([endpoint("/a", [1], tolerance: 1000)])
    #expect(scopes.all[1].toleranceMilliseconds == 1000)
    #expect(scopes.all[1].repeatWindowMilliseconds == 50 * 60_000)
  }
}
