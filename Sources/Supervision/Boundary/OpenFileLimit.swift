import Glibc

/// The limit of open descriptors of this process. Shells and older service managers start programs with a
/// soft limit of 1024, which a thousand connections and a few files exceed.
public enum OpenFileLimit {
  /// Raises the soft limit to the hard one and returns the limit then in force.
  public static func raise() -> Int {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
    let before = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    let inForce = unsafe setrlimit(resource, &limit) == 0 ? limit.rlim_cur : before
    return Int(clamping: inForce)
  }
}
