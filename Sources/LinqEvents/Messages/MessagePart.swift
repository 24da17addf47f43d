/// One part of a message.
public enum MessagePart: Sendable, Equatable {
  /// Plain text.
  case text(String)
  /// A link on its own, which the phone shows as a preview.
  case link(String)
  /// A file.
  case media(Media)
  /// A card of an app, or a type that came later: its type is all that is passed on.
  case other(type: String?)

  /// A file that came with a message.
  public struct Media: Sendable, Equatable {
    /// By which Linq's API finds it.
    public var id: String?
    /// Where it can be fetched. It may expire within minutes.
    public var url: String?
    /// Such as `image/jpeg`.
    public var mimeType: String?
    /// As the sender named it. Never use it as a path.
    public var filename: String?
    /// Its length in bytes, as the event says.
    public var byteCount: Int64?
    /// Where linqhook has put it.
    public var path: String?
    /// Why linqhook could not fetch it.
    public var error: String?

    /// A file of which nothing is known.
    public init() {}
  }
}
