/// An invocation that was sent and may not be answered yet.
public struct InvocationInFlight: ~Copyable {
  private let socket: LoopbackSocket

  init(port: UInt16, event: [UInt8], headers: [(String, String)]) throws {
    let socket = try LoopbackSocket(port: port)
    var head = "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: localhost\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Connection: close\r\nContent-Length: \(event.count)\r\n\r\n"
    try socket.send(Array(head.utf8) + event)
    self.socket = socket
  }

  /// Waits for the answer.
  public consuming func answer() throws -> HTTPAnswer {
    var bytes: [UInt8] = []
    while true {
      let piece = try socket.receive()
      if piece.isEmpty { return try HTTPAnswer(bytes) }
      bytes += piece
    }
  }
}
