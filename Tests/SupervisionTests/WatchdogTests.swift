import Foundation
import Supervision
import Synchronization
import Testing

/// The service manager's end of the socket.
private final class NotificationSocket: Sendable {
  let path = "/tmp/linqhook-watchdog-\(UUID().uuidString)"
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
    }
    try #require(bound == 0)
  }

  deinit {
    close(descriptor)
    unsafe unlink(path)
  }

  /// Waits for the next message, on a thread that may block.
  func next() async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(self.descriptor, &buffer, buffer.count, 0)
        continuation.resume(returning: String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
      }
    }
  }

  /// Whether a message is there.
  var hasMessage: Bool {
    var byte: UInt8 = 0
    return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0
  }
}

@Suite struct WatchdogTests {
  private func manager(_ socket: NotificationSocket, milliseconds: Int) -> ServiceManager {
    ServiceManager(
      environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "\(milliseconds * 1000)"],
      processID: 1
    )
  }

  @Test func beatsAsLongAsEveryLoopAnswers() async throws {
    let socket = try NotificationSocket()
    let asked = Atomic(0)
    let watchdog = Watchdog(
      manager: manager(socket, milliseconds: 30),
      loops: [.init("one") { asked.add(1, ordering: .relaxed) }, .init("other") {}],
      onSilence: { _, _ in }
    )
    let beating = Task { await watchdog.run() }
    for _ in 0..<3 { #expect(await socket.next() == "WATCHDOG=1") }
    beating.cancel()
    await beating.value
    #expect(asked.load(ordering: .relaxed) >= 3)
  }

  @Test func aLoopThatIsStuckEndsTheBeatAndIsNamed() async throws {
    let socket = try NotificationSocket()
    let (stuck, free) = AsyncStream.makeStream(of: Void.self)
    let (silences, silence) = AsyncStream.makeStream(of: String.self)
    let watchdog = Watchdog(
      manager: manager(socket, milliseconds: 30),
      loops: [.init("fine") {}, .init("the inbox") { for await _ in stuck {} }],
      onSilence: { loop, _ in silence.yield(loop) }
    )
    let beating = Task { await watchdog.run() }
    #expect(await silences.first { _ in true } == "the inbox")
    #expect(!socket.hasMessage)
    free.finish()
    #expect(await socket.next() == "WATCHDOG=1")
    beating.cancel()
    await beating.value
  }

  @Test func returnsAtOnceWhereNobodyWatches() async {
    let manager = ServiceManager(environment: ["NOTIFY_SOCKET": "/nonexistent"], processID: 1)
    await Watchdog(manager: manager, loops: [], onSilence: { _, _ in }).run()
  }
}
