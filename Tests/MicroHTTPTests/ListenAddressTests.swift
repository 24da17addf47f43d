import Testing

@testable import MicroHTTP

@Suite("Addresses to listen on")
struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8080", ListenAddress.tcp(host: "127.0.0.1", port: 8080)),
    ("[::1]:0", .tcp(host: "::1", port: 0)),
    ("localhost:80", .tcp(host: "localhost", port: 80)),
    (":8080", .tcp(host: "", port: 8080)),
    ("unix:/run/app.sock", .unix(path: "/run/app.sock")),
  ])
  func goodTextsAreReadAndWrittenBack(text: String, expected: ListenAddress) throws {
    let address = try ListenAddress(parsing: text)
    #expect(address == expected)
    #expect(address.description == text)
  }

  @Test(arguments: [
    ("8080", "no port"), ("127.0.0.1", "no port"), ("host:", "port"), ("host:65536", "port"),
    ("host:-1", "port"), ("host:+80", "port"), ("::1:80", "brackets"), ("a b:80", "host name"),
    ("unix:app.sock", "slash"), ("", "no port"),
  ])
  func badTextsAreRefusedWithAHint(text: String, hint: String) {
    let error = #expect(throws: ListenAddressError.self) { try ListenAddress(parsing: text) }
    #expect(error?.description.contains(hint) == true)
  }

  @Test func remoteAddressesPrintAsOperatorsWriteThem() {
    #expect(RemoteAddress.ipv4(0x7f00_0001).description == "127.0.0.1")
    #expect(RemoteAddress.ipv6(0x2001_0db8_0000_0000, 1).description == "2001:db8:0:0:0:0:0:1")
    #expect(RemoteAddress.unix.description == "unix")
  }
}
