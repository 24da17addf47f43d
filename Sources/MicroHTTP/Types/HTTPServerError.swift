private import Glibc

/// Why a server did not start.
public enum HTTPServerError: Error, Equatable, CustomStringConvertible {
  /// Another process has the port, or a live server the unix socket.
  case addressInUse(ListenAddress)
  /// This machine has no such address.
  case addressNotAvailable(ListenAddress)
  /// The process may not listen there.
  case permissionDenied(ListenAddress)
  /// The host name has no address.
  case hostNotFound(String, reason: String)
  /// Something that is no socket is at the path of a unix socket.
  case pathOccupied(String)
  /// The path of a unix socket is longer than the system allows.
  case pathTooLong(String)
  /// The folder of a unix socket does not exist.
  case folderMissing(String)
  /// There is no such group.
  case groupMissing(String)
  /// The process may not give a socket to this group.
  case groupRefused(String, path: String)
  /// The descriptor that was handed over is no listening stream socket.
  case notListening(Int32)
  /// The configuration names no address, or a number in it is out of range.
  case configuration(String)
  /// libmicrohttpd refused to start.
  case libraryDidNotStart
  /// A system call failed for a reason that has no case of its own.
  case system(call: String, code: Int32, address: ListenAddress? = nil)

  /// A sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .addressInUse(.unix(let path)):
      "A running server already listens on unix:\(path). Stop it, or choose another path."
    case .addressInUse(let address):
      "\(address) is taken by another process. See who has it with “ss -ltnp”, stop it or choose another port."
    case .addressNotAvailable(let address):
      "This machine has no address for \(address). See its addresses with “ip addr”, or listen on 127.0.0.1."
    case .permissionDenied(.unix(let path)):
      "unix:\(path) cannot be made: this user may not write to its folder. Change its owner or mode."
    case .permissionDenied(let address):
      "This user may not listen on \(address). Choose a port above 1023 or grant CAP_NET_BIND_SERVICE."
    case .hostNotFound(let host, let reason):
      "The host name “\(host)” has no address (\(reason)). Write an IP address, or put the name into /etc/hosts."
    case .pathOccupied(let path):
      "\(path) exists and is not a socket. It is left alone; remove it or choose another path."
    case .pathTooLong(let path):
      "The unix socket path \(path) has \(path.utf8.count) bytes; 107 is the most. Choose a shorter one."
    case .folderMissing(let path):
      "unix:\(path) cannot be made: its folder does not exist. Create the folder."
    case .groupMissing(let group):
      "This machine has no group “\(group)”. See the groups with “getent group”, or create it."
    case .groupRefused(let group, let path):
      "unix:\(path) cannot be given to the group “\(group)”: this user is not in it. Add it (in a systemd unit with SupplementaryGroups=\(group)) and start again."
    case .notListening(let number):
      "Descriptor \(number) is not a listening stream socket. Check what the parent process or systemd hands over."
    case .configuration(let problem):
      "The HTTP server's configuration is not usable: \(problem)."
    case .libraryDidNotStart:
      "libmicrohttpd did not start; it is out of memory or descriptors. Raise the limits of the process."
    case .system(let call, let code, let address):
      "\(call) failed\(address.map { " for \($0)" } ?? ""): \(systemErrorText(code))."
    }
  }
}
