/// One connection of the stub, read byte by byte as the test's subject sent it.
struct RuntimeAPIStubConnection {
  private let socket: LocalSocket
  private var input: [UInt8] = []

  init(_ socket: LocalSocket) {
    self.socket = socket
    socket.sendWithoutDelay()
  }

  mutating func readHead() -> RuntimeAPIRequest? {
    guard let line = readLine() else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 3 else { return nil }
    return RuntimeAPIRequest(
      method: String(words[0]), path: String(words[1]), headers: readFields())
  }

  mutating func readBody(of request: inout RuntimeAPIRequest) {
    if request.header("transfer-encoding") == "chunked" {
      readChunks(of: &request)
    } else {
      let count = Int(request.header("content-length") ?? "0") ?? 0
      request.body = readBytes(atLeast: count)
      request.isComplete = request.body.count == count
    }
  }

  private mutating func readChunks(of request: inout RuntimeAPIRequest) {
    while let line = readLine(), let size = Int(line, radix: 16) {
      guard size > 0 else {
        request.trailers = readFields()
        request.isComplete = true
        return
      }
      let chunk = readBytes(atLeast: size)
      guard chunk.count == size, readLine() == "" else { return }
      request.body += chunk
      request.chunks.append(size)
    }
  }

  /// Reads that many bytes, or as many as come before the end.
  mutating func readBytes(atLeast count: Int) -> [UInt8] {
    while input.count < count, receive() {}
    let taken = Array(input.prefix(count))
    input.removeFirst(taken.count)
    return taken
  }

  /// Does what a reply says; false when the connection is not to be used again.
  mutating func send(_ reply: RuntimeAPIReply) -> Bool {
    switch reply {
    case .bytes(let bytes, let pieces):
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        let end = start + min(pieces, bytes.count - start)
        guard socket.send(bytes[start..<end]) else { return false }
      }
      return true
    case .bytesThenClose(let bytes):
      _ = socket.send(bytes)
      return false
    case .close, .closeAfter:
      return false
    case .refuseAfter(_, let status):
      _ = send(.status(status))
      return false
    case .when(_, let reply):
      return send(reply)
    case .hold:
      while receive() {}
      return false
    }
  }

  private mutating func readFields() -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    while let line = readLine(), !line.isEmpty {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields.append((line[..<colon].lowercased(), String(value)))
    }
    return fields
  }

  private mutating func readLine() -> String? {
    while true {
      if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
        let line = input[..<end].filter { $0 != UInt8(ascii: "\r") }
        input.removeFirst(end + 1)
        return String(decoding: line, as: UTF8.self)
      }
      guard receive() else { return nil }
    }
  }

  private mutating func receive() -> Bool {
    let bytes = socket.receive()
    input += bytes
    return !bytes.isEmpty
  }
}
