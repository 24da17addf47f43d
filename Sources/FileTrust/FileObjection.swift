/// Why a file may not be obeyed.
public struct FileObjection: Error, Sendable, Equatable, CustomStringConvertible {
  /// Who could change it.
  public enum Reason: Sendable, Equatable {
    /// Its owner, who is neither this user nor root.
    case owner(String)
    /// The members of its group.
    case group(String)
    /// Every user of the machine.
    case everybody
  }

  /// The path that was asked about.
  public let path: String
  /// The file, link or folder that somebody else could change; `path` itself or one on the way to it.
  public let place: String
  /// Who could.
  public let reason: Reason

  init(to path: String, at place: String, reason: Reason) {
    (self.path, self.place, self.reason) = (path, place, reason)
  }

  /// What is wrong, to follow the words "the file": "/a belongs to joe, …".
  public var fault: String {
    let subject = place == path ? path : "\(path) is reached through \(place), which"
    return switch reason {
    case .owner(let name): "\(subject) belongs to \(name), who is neither this user nor root"
    case .group(let name): "\(subject) may be written by the group \(name)"
    case .everybody: "\(subject) may be written by every user of this machine"
    }
  }

  /// What to do about it, as a sentence.
  public var advice: String {
    switch reason {
    case .owner: "Run chown root on \(place)."
    case .group: "Run chmod g-w on \(place)."
    case .everybody: "Run chmod o-w on \(place)."
    }
  }

  /// Both, as whole sentences.
  public var description: String { "\(fault). \(advice)" }
}
