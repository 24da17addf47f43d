/// Who may connect to a unix socket that the server makes.
struct UnixSocketAccess {
  /// The mode of its file.
  var mode: UInt32
  /// The group of its file, by name or number; nil leaves it as it is.
  var group: String?
}
