/// An invocation that was sent and may not be answered yet.
public struct InvocationInFlight: ~Copyable {
  private let socket: LocalSocket

  init(port: UInt16, event: [UInt8], headers: [(String, String)]) throws {
    socket = try LocalSocket.connected(toPort: port)
    // Longer than any time-out the emulator is given, so that its own word comes first.
    socket.limitSilence(Patience.limit * 2)
    var head = "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: localhost\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Connection: close\r\nContent-Length: \(event.count)\r\n\r\n"
    // What cannot be sent is not answered either.
    _ = socket.send(Array(head.utf8) + event)
  }

  /// Waits for the answer.
  public consuming func answer() throws -> HTTPAnswer {
    var bytes: [UInt8] = []
    while true {
      let piece = socket.receive()
      if piece.isEmpty { return try HTTPAnswer(bytes) }
      bytes += piece
    }
  }
}
