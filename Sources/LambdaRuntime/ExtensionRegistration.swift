/// The requests of an internal extension that takes no events.
struct ExtensionRegistration: ~Copyable {
  private var connection: RuntimeConnection

  init(to address: RuntimeAPIAddress) {
    connection = RuntimeConnection(to: address, watch: ConnectionWatch())
  }

  /// Registers the extension and gives its identifier.
  mutating func register() throws(TransportError) -> String {
    let body = Array(#"{"events":[]}"#.utf8)
    let head = Array(
      """
      POST /2020-01-01/extension/register HTTP/1.1\r
      Host: \(connection.address.authority)\r
      Lambda-Extension-Name: sluice\r
      Content-Type: application/json\r
      Content-Length: \(body.count)\r
      \r

      """.utf8)
    let reply = try connection.exchange(head.span, body.span)
    guard reply.status == 200, let id = connection.text(reply.head.extensionID) else {
      throw .malformed("status \(reply.status), or no identifier")
    }
    return id
  }

  /// Asks for an event that never comes.
  static func awaitEvent(_ address: RuntimeAPIAddress, _ id: String) -> Int32 {
    var connection = RuntimeConnection(to: address, watch: ConnectionWatch())
    let head = Array(
      """
      GET /2020-01-01/extension/event/next HTTP/1.1\r
      Host: \(address.authority)\r
      Lambda-Extension-Identifier: \(id)\r
      \r

      """.utf8)
    let nothing: [UInt8] = []
    let reply = try? connection.exchange(head.span, nothing.span)
    return reply == nil ? 1 : 0
  }
}
