/// Who may connect to a unix socket: connecting takes the right to write.
public struct SocketSettings: Sendable, Equatable {
  /// The permissions of the socket, 0 to 0o777.
  public var mode: Int
  /// Whose group it is, by name or number; `nil` is the program's own.
  public var group: String?

  /// The defaults: this user and its group.
  public init(mode: Int = 0o660, group: String? = nil) {
    self.mode = mode
    self.group = group
  }
}
