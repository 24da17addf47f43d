internal import Foundation
public import LinqEvents
public import LinqhookConfiguration
internal import LinqhookInbox
internal import SQLiteInbox

/// What an operator does with the store as a whole: a copy, the way back, and a look at it. All of it happens in the
/// process of the command.
public struct StoreOperations: Sendable {
  private let inboxPath: String

  /// Operations on the inbox of these settings.
  public init(_ settings: Settings) { inboxPath = settings.inbox.path }

  /// Copies the inbox into one file; see `linqhook inbox backup`.
  ///
  /// - Parameter isRunning: whether a receiver has the inbox open.
  public func backUp(to file: String, replaces: Bool, isRunning: Bool) throws(DaemonError) -> JSONValue {
    do throws(InboxError) {
      let path = Self.absolute(file)
      let copy = try StoreCare.backUp(
        inboxPath: inboxPath,
        to: path,
        replaces: replaces,
        isRunning: isRunning
      )
      return [
        "file": JSONValue(path), "events": JSONValue(copy.events),
        "last_sequence": JSONValue(copy.lastSequence), "bytes": JSONValue(copy.bytes),
      ]
    } catch {
      throw .inbox(error)
    }
  }

  /// Puts a copy in the place of the inbox, which no receiver may have open; see `linqhook inbox restore`.
  public func restore(from file: String) throws(DaemonError) -> JSONValue {
    do throws(InboxError) {
      let restored = try StoreCare.restore(inboxPath: inboxPath, from: Self.absolute(file))
      return JSONValue(presentMembers: [
        "inbox": JSONValue(inboxPath),
        "events": JSONValue(restored.events),
        "last_sequence": JSONValue(restored.lastSequence),
        "copied_at": restored.copiedAtMilliseconds.map { JSONValue(instant: $0) },
        "lost": restored.lost.map { lost in
          [
            "count": JSONValue(lost.count), "first_sequence": JSONValue(lost.lowerBound),
            "last_sequence": JSONValue(lost.upperBound),
          ]
        },
        "put_aside": .array(restored.putAside.map { JSONValue($0) }),
        "remarks": .array(restored.remarks.map { JSONValue($0) }),
      ])
    } catch {
      throw .inbox(error)
    }
  }

  /// Looks whether the store is sound; see `linqhook inbox check`.
  ///
  /// - Parameter isRunning: whether a receiver has the inbox open.
  public func check(isRunning: Bool) throws(DaemonError) -> JSONValue {
    do throws(InboxError) {
      let findings = try StoreCare.check(inboxPath: inboxPath, isRunning: isRunning)
      return [
        "inbox": JSONValue(inboxPath),
        "receiver": JSONValue(isRunning ? "running" : "stopped"),
        "sound": .scalar(.bool(findings.allSatisfy(\.isSound))),
        "checks": .array(
          findings.map { finding in
            [
              "name": JSONValue(finding.name), "sound": .scalar(.bool(finding.isSound)),
              "detail": JSONValue(finding.detail),
            ]
          }
        ),
      ]
    } catch {
      throw .inbox(error)
    }
  }

  private static func absolute(_ file: String) -> String { URL(fileURLWithPath: file).path }
}
