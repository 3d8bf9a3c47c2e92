/// What the stub does with one request.
public enum RuntimeAPIReply: Sendable {
  /// Sends these bytes, in pieces of that size.
  case bytes([UInt8], pieces: Int = .max)
  /// Sends these bytes and closes.
  case bytesThenClose([UInt8])
  /// Closes without a byte.
  case close
  /// Closes when that many bytes of the request's body have come.
  case closeAfter(Int)
  /// Answers with that status and closes when that many bytes of the request's body have come.
  case refuseAfter(Int, status: Int)
  /// Waits until the stub is as it should be, then goes on with the next.
  indirect case when(@Sendable (RuntimeAPIStub) -> Bool, RuntimeAPIReply)
  /// Answers nothing until the stub is stopped.
  case hold

  /// A reply without anything but a status.
  public static func status(_ code: Int) -> RuntimeAPIReply {
    .text("HTTP/1.1 \(code) Scripted\r\nContent-Length: 0\r\n\r\n")
  }

  /// A reply written out in full.
  public static func text(_ text: String) -> RuntimeAPIReply {
    .bytes(Array(text.utf8))
  }

  /// The reply to an extension that registers.
  static let registered = text(
    "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: stub-extension\r\nContent-Length: 2\r\n\r\n{}")

  /// An invocation with the headers every one has, and more.
  public static func invocation(
    _ id: String = "request-1", event: String = "{}", headers: [String: String] = [:],
    pieces: Int = .max
  ) -> RuntimeAPIReply {
    .bytes(invocationBytes(id, event: Array(event.utf8), headers: headers), pieces: pieces)
  }

  /// The bytes of an invocation.
  public static func invocationBytes(
    _ id: String = "request-1", event: [UInt8], headers: [String: String] = [:]
  ) -> [UInt8] {
    var head = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: \(id)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(event.count)\r\n\r\n"
    return Array(head.utf8) + event
  }
}
