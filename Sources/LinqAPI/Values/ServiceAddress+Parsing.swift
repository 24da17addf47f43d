public import LinqEvents

extension ServiceAddress {
  /// Reads a URL with no path, as ``init(_:)`` does, and says in a sentence what is wrong with it.
  public init(parsing text: String) throws(LinqAPIError) {
    do throws(ServiceAddressError) { try self.init(text) } catch {
      let sentence =
        switch error {
        case .malformed:
          "\(text.debugDescription) is not the address of the API. Write scheme and host, for example "
            + "\(Self.linq) or http://127.0.0.1:8081."
        case .notEncrypted(let address):
          "\(address) is not encrypted, so others could read the integration token. Use https, or a "
            + "stand-in on this machine."
        }
      throw LinqAPIError(.configuration, sentence)
    }
  }
}
