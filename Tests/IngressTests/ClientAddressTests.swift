import Testing

@testable import Ingress

private func block(_ text: String) throws -> AddressBlock {
  let parts = text.split(separator: "/")
  return AddressBlock(try #require(IPAddress(String(parts[0]))), prefixBits: try #require(Int(parts[1])))
}

@Suite struct ClientAddressTests {
  private func resolve(
    peer: String?,
    forwardedFor: String? = nil,
    forwarded: String? = nil
  ) throws -> String {
    let trusted = try ["10.0.0.0/8", "::1/128", "127.0.0.1/32"].map(block)
    return ClientAddress.resolve(
      peer: peer,
      forwardedFor: forwardedFor,
      forwarded: forwarded,
      trusted: trusted
    )
  }

  @Test func aPeerThatIsNoProxyIsTheClientWhateverItClaims() throws {
    #expect(try resolve(peer: "203.0.113.9", forwardedFor: "198.51.100.1") == "203.0.113.9")
  }

  @Test func theRightmostUntrustedHopIsTheClient() throws {
    #expect(
      try resolve(peer: "127.0.0.1", forwardedFor: "1.1.1.1, 203.0.113.9, 10.1.2.3") == "203.0.113.9"
    )
    #expect(try resolve(peer: "10.0.0.1", forwardedFor: "203.0.113.9:4711") == "203.0.113.9")
    #expect(try resolve(peer: nil, forwardedFor: "203.0.113.9") == "203.0.113.9")
  }

  @Test func allHopsTrustedGivesTheFirstOfThem() throws {
    #expect(try resolve(peer: "127.0.0.1", forwardedFor: "10.9.9.9, 10.1.2.3") == "10.9.9.9")
  }

  @Test func whatIsNoAddressEndsTheChain() throws {
    #expect(try resolve(peer: "127.0.0.1", forwardedFor: "203.0.113.9, <script>") == "127.0.0.1")
    #expect(try resolve(peer: "127.0.0.1", forwardedFor: "") == "127.0.0.1")
  }

  @Test func forwardedOfRFC7239IsReadWhereTheOlderHeaderIsMissing() throws {
    let chain = #"for="[2001:db8::17]:4711";proto=https, for=10.0.0.7"#
    #expect(try resolve(peer: "::1", forwarded: chain) == "2001:db8::17")
    #expect(try resolve(peer: "::1", forwarded: "for=unknown") == "::1")
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
    ("192.168.1.128/25", "192.168.1.5", false), ("192.168.1.128/25", "192.168.1.200", true),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
    ("0.0.0.0/0", "8.8.8.8", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("0.0.0.0/0", "::1", false),
  ])
  func blocksContainTheirAddresses(text: String, address: String, isInside: Bool) throws {
    let address = try #require(IPAddress(address))
    #expect(try block(text).contains(address) == isInside)
  }

  @Test(arguments: ["", "10.0.0", "10.0.0.256", "10.0.0.1x", "1::2::3", "12345::", "+1::", "::1%eth0", "g::"])
  func whatIsNoAddressIsRefused(_ text: String) {
    #expect(IPAddress(text) == nil)
  }
}
