import Foundation
import Supervision
import Testing

@Suite struct ThreadRoomTests {
  @Test func threadsThatAreToBeHadAreThereAndGoneAfterwards() throws {
    let before = try threads()
    #expect(ThreadRoom.has(20))
    #expect(try threads() < before + 20)
  }

  private func threads() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
  }
}
