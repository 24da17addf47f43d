internal import Foundation
internal import SystemPackage

/// The last sequence that was acknowledged, in `<path>.acknowledged`, beside the store instead of in it.
///
/// Written after each commit and not synced. If the store later ends before it, acknowledged events are
/// gone: a log that was deleted or damaged (SQLite ends its recovery there without a word), or an old copy
/// that was put back. It can be behind after a power cut, never ahead of what was acknowledged.
final class HighWaterMark: Sendable {
  private static let digits = 20

  private let descriptor: FileDescriptor

  /// What the file said when it was opened, 0 for a new one.
  let atOpen: Int64

  init(inboxPath: String) throws(InboxError) {
    let path = inboxPath + ".acknowledged"
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    atOpen = text.flatMap { Int64($0.prefix(while: \.isWholeNumber)) } ?? 0
    do {
      descriptor = try FileDescriptor.open(
        FilePath(path),
        .writeOnly,
        options: [.create, .closeOnExec, .noFollow],
        permissions: .ownerReadWrite
      )
    } catch {
      throw InboxError(
        .inputOutput,
        "The file \(path) cannot be opened (\(error)); check that this user may write to its folder."
      )
    }
  }

  deinit { try? descriptor.close() }

  /// Notes a sequence: always as many digits, so that one write replaces the other whole. A failure is let
  /// pass, because the store itself has the event.
  func note(_ sequence: Int64) {
    var text = [UInt8](repeating: UInt8(ascii: "0"), count: Self.digits)
    var rest = sequence
    var position = Self.digits - 1
    while rest > 0 {
      text[position] += UInt8(rest % 10)
      rest /= 10
      position -= 1
    }
    text.append(UInt8(ascii: "\n"))
    _ = try? descriptor.writeAll(toAbsoluteOffset: 0, text)
  }
}
