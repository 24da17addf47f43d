internal import SystemPackage

extension FileDescriptor {
  /// The next bytes; nil where there are not so many.
  func bytes(count: Int) throws -> [UInt8]? {
    var missing = count
    let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while missing > 0 {
        let rest = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]
        )
        let length = try unsafe read(into: rest)
        guard length > 0 else { return }
        filled += length
        missing -= length
      }
    }
    return missing == 0 ? bytes : nil
  }
}
