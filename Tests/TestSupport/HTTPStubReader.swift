/// Takes the requests of one connection apart.
struct HTTPStubReader {
  struct Head {
    let lines: [Substring]

    var fields: [(name: String, value: String)] {
      lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
        return (String(parts[0]), String(value))
      }
    }
  }

  private let socket: LocalSocket
  private var pending: [UInt8] = []

  init(_ socket: LocalSocket) { self.socket = socket }

  /// Waits for the next request; none when the connection has ended.
  mutating func next() -> (Head, [UInt8])? {
    var end: Int?
    repeat {
      end = pending.indices.dropLast(3).first {
        pending[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8)
      }
    } while end == nil && pending.first != 0x16 && fill()
    // A greeting of TLS is answered in the clear, as web servers do.
    if pending.first == 0x16 {
      pending = []
      return (Head(lines: ["TLS"]), [])
    }
    guard let end else { return nil }
    let text = String(decoding: pending[..<end], as: UTF8.self)
    let head = Head(lines: text.split(separator: "\r\n"))
    pending.removeFirst(end + 4)
    let length = head.fields.first { $0.name.lowercased() == "content-length" }
    let count = length.flatMap { Int($0.value) } ?? 0
    while pending.count < count { if !fill() { return nil } }
    defer { pending.removeFirst(count) }
    return (head, Array(pending.prefix(count)))
  }

  private mutating func fill() -> Bool {
    let bytes = socket.receive()
    pending += bytes
    return !bytes.isEmpty
  }
}
