/// An answer held whole in memory.
package struct ServerResponse: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// Sent instead of `body` when there are any: one after the other, from where they lie.
  package var pieces: [LentBytes] = []

  package init(
    _ status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// No answer at all: the connection is closed.
  package static let noAnswer = ServerResponse(0)

  package static func json(_ status: Int, _ text: String) -> ServerResponse {
    ServerResponse(
      status, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
  }

  package func header(_ name: String) -> String? {
    headers.first { $0.name.equalsIgnoringCase(name) }?.value
  }
}
