/// A file that is the whole body of a request: read piece by piece while it is sent, and never whole in memory.
///
/// The request names its length beforehand. So a file that has another one when it is sent fails the request, as does one
/// that becomes shorter meanwhile; what is added to it meanwhile is not sent.
public struct UploadFile: Sendable, Equatable {
  /// The path; symbolic links are followed.
  public let path: String
  /// The file's length when it was looked at, in bytes.
  public let byteCount: Int64

  /// A file whose length is known.
  init(path: String, byteCount: Int64) {
    self.path = path
    self.byteCount = byteCount
  }
}
