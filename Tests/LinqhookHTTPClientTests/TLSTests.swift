import Foundation
import LinqhookHTTPClient
import ScriptedServer
import TestKit
import Testing

@Suite struct TLSTests {
  @Test func privateAuthorityIsTrustedWhenNamed() async throws {
    let server = try TLSServer()
    let client = try HTTPClient(HTTPClientConfiguration(certificateAuthorityFile: server.authorityFile))
    let response = try await client.send(OutgoingRequest(method: "GET", url: server.url(host: "localhost")))
    #expect(response.status == 200)
  }

  @Test(arguments: [true, false]) func tellsWhenTheCertificateEndsIfAsked(isAsked: Bool) async throws {
    let server = try TLSServer()
    var configuration = HTTPClientConfiguration(certificateAuthorityFile: server.authorityFile)
    configuration.readsCertificates = isAsked
    let client = try HTTPClient(configuration)
    let response = try await client.send(OutgoingRequest(method: "GET", url: server.url(host: "localhost")))
    #expect((response.certificateExpiry?.hasSuffix(" GMT") == true) == isAsked, "\(response)")
  }

  @Test func unknownAuthorityIsRefused() async throws {
    let server = try TLSServer()
    let client = try HTTPClient()
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: server.url(host: "localhost")))
    }
    #expect(error?.code == .tls)
    #expect(error?.description.contains("certificate") == true)
  }

  @Test func certificateForAnotherNameIsRefused() async throws {
    let server = try TLSServer()
    let client = try HTTPClient(HTTPClientConfiguration(certificateAuthorityFile: server.authorityFile))
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: server.url(host: "127.0.0.1")))
    }
    #expect(error?.code == .tls)
  }

  @Test func oldProtocolVersionIsRefused() async throws {
    let server = try TLSServer(options: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
    let client = try HTTPClient(HTTPClientConfiguration(certificateAuthorityFile: server.authorityFile))
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: server.url(host: "localhost")))
    }
    #expect(error?.code == .tls)
  }

  @Test func plainTextBehindHTTPSIsATLSError() async throws {
    let server = try ScriptedServer { connection in
      connection.write(answer("400 Bad Request"))
      connection.waitForEnd()
    }
    let client = try HTTPClient()
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: "https://127.0.0.1:\(server.port)/"))
    }
    #expect(error?.code == .tls)
  }

  @Test func fileWithoutCertificatesIsATLSError() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("ca.pem", Array("not a certificate".utf8))
    let server = try TLSServer()
    let client = try HTTPClient(HTTPClientConfiguration(certificateAuthorityFile: file))
    let error = await failure {
      _ = try await client.send(OutgoingRequest(method: "GET", url: server.url(host: "localhost")))
    }
    #expect(error?.code == .tls)
  }
}
