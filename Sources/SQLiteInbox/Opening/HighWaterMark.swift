internal import Foundation
internal import LinqhookInbox
internal import SystemPackage

/// The last sequence that was acknowledged, in `<path>.acknowledged`, beside the store instead of in it; and which
/// store that is, and whether it is known to be damaged.
///
/// The sequence is written after each commit and not synced. If the store later ends before it, acknowledged events are
/// gone: a log that was deleted or damaged (SQLite ends its recovery there without a word), or an old copy
/// that was put back. It can be behind after a power cut, never ahead of what was acknowledged.
final class HighWaterMark: Sendable {
  private static let digits = 20

  private let descriptor: FileDescriptor

  /// What the file said when it was opened.
  let atOpen: Note

  /// The lines of the file. Those of an older version have only the first.
  struct Note: Equatable {
    /// The last sequence that was acknowledged, 0 for none.
    var sequence: Int64 = 0
    /// The name of the store; nil where it was never noted.
    var store: String?
    /// SQLite has found the store damaged.
    var isDamaged = false

    init(sequence: Int64 = 0, store: String? = nil, isDamaged: Bool = false) {
      (self.sequence, self.store, self.isDamaged) = (sequence, store, isDamaged)
    }

    /// What is beside an inbox; nothing where there is no such file.
    init(inboxPath: String) {
      let text = (try? String(contentsOfFile: HighWaterMark.path(inboxPath), encoding: .utf8)) ?? ""
      let lines = text.split(separator: "\n")
      sequence = Int64((lines.first ?? "").prefix(while: \.isWholeNumber)) ?? 0
      for line in lines.dropFirst() {
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == "store" { store = String(words[1]) }
        if line == "damaged" { isDamaged = true }
      }
    }

    var lines: String { (store.map { "store \($0)\n" } ?? "") + (isDamaged ? "damaged\n" : "") }
  }

  static func path(_ inboxPath: String) -> String { inboxPath + ".acknowledged" }

  init(inboxPath: String) throws(InboxError) {
    let path = Self.path(inboxPath)
    atOpen = Note(inboxPath: inboxPath)
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
  func note(_ sequence: Int64) { _ = try? descriptor.writeAll(toAbsoluteOffset: 0, Self.line(sequence)) }

  /// Notes what changes seldom, and brings it to the disk. Failures are let pass: a full disk is no reason to stop.
  func note(store: String, isDamaged: Bool) {
    let lines = Note(store: store, isDamaged: isDamaged).lines
    let start = Int64(Self.digits + 1)
    _ = try? descriptor.writeAll(toAbsoluteOffset: start, lines.utf8)
    try? descriptor.resize(to: start + Int64(lines.utf8.count))
    fsync(descriptor.rawValue)
  }

  static func line(_ sequence: Int64) -> [UInt8] {
    var text = [UInt8](repeating: UInt8(ascii: "0"), count: digits)
    var rest = sequence
    var position = digits - 1
    while rest > 0 {
      text[position] += UInt8(rest % 10)
      rest /= 10
      position -= 1
    }
    text.append(UInt8(ascii: "\n"))
    return text
  }
}
