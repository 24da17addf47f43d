/// What to run, and in which surroundings. Nothing of the daemon is inherited beyond what is here.
public struct ChildCommand: Sendable, Equatable {
  /// The program and its arguments, handed over as they are: no shell reads them.
  public var arguments: [String]
  /// The whole environment of the child.
  public var environment: [String: String]
  /// Where the child starts; nil for the daemon's own directory.
  public var workingDirectory: String?
  /// Where a program without a slash is looked for; nil for the PATH of `environment`.
  public var searchPath: String?
  /// Variables of `environment` that together tell this child's offspring from that of all others: a
  /// descendant that made a session of its own is recognised by them.
  public var markers: Set<String>

  /// A command of the given parts.
  public init(
    arguments: [String],
    environment: [String: String] = [:],
    workingDirectory: String? = nil,
    searchPath: String? = nil,
    markers: Set<String> = []
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.searchPath = searchPath
    self.markers = markers
  }

  /// The environment in the form the kernel takes, in a stable order.
  var environmentEntries: [String] {
    environment.map { "\($0.key)=\($0.value)" }.sorted()
  }

  /// The entries that mark this child's offspring.
  var markerEntries: Set<String> {
    Set(markers.compactMap { name in environment[name].map { "\(name)=\($0)" } })
  }
}

/// What is on a child's standard input.
public enum ChildInput: Sendable {
  /// These bytes, then the end. They are in memory before the child starts: one that never reads them
  /// blocks nobody.
  case bytes([UInt8])
  /// What is written later with ``ChildProcess/write(_:)``.
  case pipe
}

/// Where a child's output came from.
public enum ChildStream: Sendable, Equatable {
  /// Standard output.
  case output
  /// Standard error.
  case errorOutput
}

/// How a child came to its end.
public struct ChildEnd: Sendable, Equatable {
  /// What the kernel reported.
  public enum Status: Sendable, Equatable {
    /// It called `exit` with this status.
    case exited(Int32)
    /// A signal ended it.
    case signalled(Int32)
  }

  /// Why we ended it.
  public enum Cause: Sendable, Equatable {
    /// Its time was over.
    case timeout
    /// ``ChildProcess/end(grace:)`` was called.
    case request
  }

  /// What the kernel reported.
  public var status: Status
  /// Why we ended it; nil where it ended by itself.
  public var cause: Cause?

  /// The end in words, to follow a name: `ended with status 1`.
  public var described: String {
    switch status {
    case .exited(let status): "ended with status \(status)"
    case .signalled(let signal): "was ended by signal \(signal)"
    }
  }

  /// An end of the given parts.
  public init(status: Status, cause: Cause? = nil) {
    self.status = status
    self.cause = cause
  }
}
