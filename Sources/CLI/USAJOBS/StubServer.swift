/// The stub behind its port.
package final class StubServer {
  private let stub: USAJOBSStub
  private let server: HTTPServer

  package init(_ options: StubOptions) throws(CommandError) {
    let stub = try USAJOBSStub(options)
    let server = try HTTPServer(port: options.port, bodyLimit: 64 << 10) { stub.answer($0) }
    self.stub = stub
    self.server = server
  }

  // Answers that hang are ended before the server waits for them.
  deinit { stub.stop() }

  /// For example `http://127.0.0.1:40123`.
  package var address: String { "http://127.0.0.1:\(server.port)" }
  /// What `USAJOBS_ENDPOINT` is to hold.
  package var endpoint: String { address + Self.searchPath }

  static let searchPath = "/api/search"
}
