import Foundation
import ReceiverSupport
import TestKit

/// How many events the store holds in each state, as `linqhook events stats` says it.
struct StoreState: Decodable, Equatable {
  var pending: Int
  var delivered: Int
  var dead: Int

  /// Of a running receiver, or of a stopped one.
  static func read(_ folder: TemporaryFolder) async throws -> StoreState {
    struct Statistics: Decodable { var events: StoreState }
    let outcome = try await Program.run(
      "events",
      "stats",
      "--json",
      "--config",
      folder.file("linqhook.yaml")
    )
    return try JSONDecoder().decode(Statistics.self, from: Data(outcome.output.utf8)).events
  }
}
