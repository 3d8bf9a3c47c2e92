import Glibc
import HTTP
import Testing
import TestSupport

/// A TLS server with certificates of our own making.
@Suite struct TLSTests {
  @Test func `a server that its certificate names is trusted`() throws {
    let authority = try Authority()
    let server = try authority.server(name: "IP:127.0.0.1")
    var client = try HTTPClient(caBundle: authority.bundle)
    for _ in 1...2 {
      let response = try client.send(
        HTTPRequest(url: "https://127.0.0.1:\(server.port)/"), timeout: .seconds(20))
      #expect(response.status == 200)
    }
  }

  @Test(arguments: ["DNS:example.com", "IP:127.0.0.2", "DNS:127.0.0.1"])
  func `fault 39: a certificate for another host is refused`(name: String) throws {
    let authority = try Authority()
    let server = try authority.server(name: name)
    #expect(try failure(server, authority.bundle)?.code == .tls)
  }

  @Test func `fault 39: a certificate that has expired is refused`() throws {
    let authority = try Authority()
    let server = try authority.server(name: "IP:127.0.0.1", days: -1)
    #expect(try failure(server, authority.bundle)?.code == .tls)
  }

  @Test func `fault 39: an authority that is not in the bundle is refused`() throws {
    let server = try Authority().server(name: "IP:127.0.0.1")
    let other = try Authority()
    #expect(try failure(server, other.bundle)?.code == .tls)
    #expect(try failure(server, nil)?.code == .tls)
  }

  @Test func `fault 39: old protocols are refused`() throws {
    let authority = try Authority()
    let server = try authority.server(
      name: "IP:127.0.0.1", options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
    #expect(try failure(server, authority.bundle)?.code == .tls)
  }

  @Test func `fault 39: a server that speaks in the clear is refused`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(200))
    var client = try HTTPClient()
    let error = #expect(throws: HTTPError.self) {
      try client.send(
        HTTPRequest(url: "https://127.0.0.1:\(stub.port)/"), timeout: .seconds(20))
    }
    #expect(error?.code == .tls)
  }

  private func failure(_ server: TLSServer, _ bundle: String?) throws -> HTTPError? {
    var client = try HTTPClient(caBundle: bundle)
    return #expect(throws: HTTPError.self) {
      try client.send(
        HTTPRequest(url: "https://127.0.0.1:\(server.port)/"), timeout: .seconds(20))
    }
  }
}

/// A certificate authority that lasts for one test.
private final class Authority: Sendable {
  let folder = "/tmp/sluice-tls-\(getpid())-\(UInt32.random(in: 0 ... .max))"

  var bundle: String { "\(folder)/ca.pem" }

  init() throws {
    unsafe mkdir(folder, 0o700)
    _ = try ChildProcess.run(
      ["openssl", "req", "-x509"] + key("ca")
        + ["-out", bundle, "-days", "1", "-subj", "/CN=Sluice test authority"])
  }

  deinit {
    _ = try? ChildProcess.run(["rm", "-r", folder])
  }

  /// Starts a server whose certificate is for a name.
  func server(
    name: String, days: Int = 1, options: [String] = []
  ) throws -> TLSServer {
    let request = "\(folder)/server.csr"
    let certificate = "\(folder)/server.pem"
    _ = try ChildProcess.run(
      ["openssl", "req", "-new"] + key("server")
        + ["-out", request, "-subj", "/CN=server", "-addext", "subjectAltName=\(name)"])
    _ = try ChildProcess.run([
      "openssl", "x509", "-req", "-in", request, "-out", certificate, "-CA", bundle, "-CAkey",
      "\(folder)/ca.key", "-CAcreateserial", "-copy_extensions", "copy", "-days", "\(days)",
    ])
    let program = try ChildProcess(
      [
        "openssl", "s_server", "-accept", "127.0.0.1:0",
        "-www", "-cert", certificate, "-key",
        "\(folder)/server.key",
      ] + options)
    return TLSServer(
      authority: self, program: program, port: try program.line(after: "ACCEPT 127.0.0.1:"))
  }

  private func key(_ name: String) -> [String] {
    [
      "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      "\(folder)/\(name).key",
    ]
  }
}

/// A server that runs while this is alive, with the files it reads.
private struct TLSServer {
  let authority: Authority
  let program: ChildProcess
  let port: String
}
