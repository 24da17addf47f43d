private import CMicroHTTPD

/// A request in libmicrohttpd's memory. Valid only inside the callback that it came with; `HTTPRequest`, which
/// cannot be copied or kept, is what handlers see of it.
@safe struct LiveRequest {
  let connection: OpaquePointer
  let methodText: UnsafePointer<CChar>
  let targetText: UnsafePointer<CChar>
  let versionText: UnsafePointer<CChar>

  var method: String { unsafe String(cString: methodText) }
  var path: String { unsafe String(cString: targetText) }
  var version: String { unsafe String(cString: versionText) }

  /// The bytes of request line and header fields with all line ends.
  var headerBytes: Int { unsafe CMicroHTTPDHeaderBytes(connection) }

  func header(_ name: String) -> String? {
    var name = name
    return name.withUTF8 { name in
      var value: UnsafePointer<CChar>?
      var count = 0
      let found = unsafe MHD_lookup_connection_value_n(
        connection,
        .HEADER_KIND,
        UnsafeRawPointer(name.baseAddress)?.assumingMemoryBound(to: CChar.self),
        name.count,
        &value,
        &count
      )
      guard found == .YES else { return nil }
      return unsafe String(decoding: UnsafeRawBufferPointer(start: value, count: count), as: UTF8.self)
    }
  }

  func headers() -> [HTTPHeaderField] {
    var fields: [HTTPHeaderField] = []
    unsafe forEachField { name, value in
      unsafe fields.append(
        HTTPHeaderField(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
      )
    }
    return fields
  }

  /// Calls `visit` with the bytes of each field's name and value, in the order of arrival.
  @unsafe func forEachField(_ visit: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) {
    unsafe withoutActuallyEscaping(visit) { visit in
      var visitor = unsafe FieldVisitor(visit: visit)
      unsafe withUnsafeMutablePointer(to: &visitor) { visitor in
        unsafe _ = MHD_get_connection_values_n(connection, .HEADER_KIND, visitField, visitor)
      }
    }
  }
}

@unsafe private struct FieldVisitor {
  let visit: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
}

private func visitField(
  _ context: UnsafeMutableRawPointer?,
  _ kind: MHD_ValueKind,
  _ name: UnsafePointer<CChar>?,
  _ nameCount: Int,
  _ value: UnsafePointer<CChar>?,
  _ valueCount: Int
) -> MHD_Result {
  guard let visitor = unsafe context?.assumingMemoryBound(to: FieldVisitor.self) else { return .NO }
  unsafe visitor.pointee.visit(
    UnsafeRawBufferPointer(start: name, count: nameCount),
    UnsafeRawBufferPointer(start: value, count: valueCount)
  )
  return .YES
}
