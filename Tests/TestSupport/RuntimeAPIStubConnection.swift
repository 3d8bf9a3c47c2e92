import Glibc

/// One connection of the stub, read byte by byte as the test's subject sent it.
final class RuntimeAPIStubConnection {
  private let descriptor: Int32
  private var input: [UInt8] = []

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var one: Int32 = 1
    _ = unsafe setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  func readHead() -> RuntimeAPIRequest? {
    guard let line = readLine() else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 3 else { return nil }
    return RuntimeAPIRequest(
      method: String(words[0]), path: String(words[1]), headers: readFields())
  }

  func readBody(of request: inout RuntimeAPIRequest) {
    if request.header("transfer-encoding") == "chunked" {
      readChunks(of: &request)
    } else {
      let count = Int(request.header("content-length") ?? "0") ?? 0
      request.body = readBytes(atLeast: count)
      request.isComplete = request.body.count == count
    }
  }

  private func readChunks(of request: inout RuntimeAPIRequest) {
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
  func readBytes(atLeast count: Int) -> [UInt8] {
    while input.count < count, receive() {}
    let taken = Array(input.prefix(count))
    input.removeFirst(taken.count)
    return taken
  }

  /// Does what a reply says; false when the connection is not to be used again.
  func send(_ reply: RuntimeAPIReply) -> Bool {
    switch reply {
    case .bytes(let bytes, let pieces):
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        let end = start + min(pieces, bytes.count - start)
        guard send(bytes[start..<end]) else { return false }
      }
      return true
    case .bytesThenClose(let bytes):
      _ = send(bytes[...])
      return false
    case .close, .closeAfter:
      return false
    case .refuseAfter(_, let status):
      _ = send(.status(status))
      return false
    case .after(let milliseconds, let reply):
      usleep(milliseconds * 1000)
      return send(reply)
    case .hold:
      while receive() {}
      return false
    }
  }

  private func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private func readFields() -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    while let line = readLine(), !line.isEmpty {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields.append((line[..<colon].lowercased(), String(value)))
    }
    return fields
  }

  private func readLine() -> String? {
    while true {
      if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
        let line = input[..<end].filter { $0 != UInt8(ascii: "\r") }
        input.removeFirst(end + 1)
        return String(decoding: line, as: UTF8.self)
      }
      guard receive() else { return nil }
    }
  }

  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe buffer.withUnsafeMutableBytes { buffer in
      unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
    }
    guard count > 0 else { return false }
    input += buffer[..<count]
    return true
  }
}
