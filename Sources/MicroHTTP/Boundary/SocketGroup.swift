import CMicroHTTPD
import Glibc

/// The group of a unix socket's file.
enum SocketGroup {
  /// Gives a file to a group, by its name or number.
  static func give(_ path: String, to group: String) throws(HTTPServerError) {
    guard let number = number(of: group) else { throw .groupMissing(group) }
    guard unsafe lchown(path, uid_t.max, number) == 0 else { throw .groupRefused(group, path: path) }
  }

  private static func number(of group: String) -> gid_t? {
    var entry = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    // A group of a directory service can have thousands of members.
    var text = [CChar](repeating: 0, count: 1 << 16)
    unsafe getgrnam_r(group, &entry, &text, text.count, &found)
    return unsafe found?.pointee.gr_gid ?? gid_t(group)
  }
}
