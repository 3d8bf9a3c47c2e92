/// A whole HTTP/1.1 answer.
public struct HTTPAnswer: Sendable {
  /// The status code.
  public let status: Int
  /// The header fields, as they came.
  public let headers: [(name: String, value: String)]
  /// The body, out of its chunks.
  public let body: [UInt8]

  /// The value of a header field, whatever the case of its name.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// Reads an answer whose connection ends with it.
  init(_ bytes: [UInt8]) throws {
    guard let head = Self.find([13, 10, 13, 10], in: bytes[...]) else {
      throw MalformedAnswer(description: "no end of the head within \(bytes.count) bytes")
    }
    let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count > 1, let status = Int(words[1]) else {
      throw MalformedAnswer(description: "no status line")
    }
    self.status = status
    headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
    }
    let rest = bytes[(head + 4)...]
    let isChunked = headers.contains {
      $0.name.lowercased() == "transfer-encoding" && $0.value.lowercased() == "chunked"
    }
    body = isChunked ? try Self.joinChunks(rest) : Array(rest)
  }

  private static func joinChunks(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    var rest = bytes
    var body: [UInt8] = []
    while let end = find([13, 10], in: rest) {
      let size = Int(String(decoding: rest[rest.startIndex..<end], as: UTF8.self), radix: 16)
      guard let size, rest.endIndex - end - 4 >= size else { break }
      guard size > 0 else { return body }
      body += rest[(end + 2)..<(end + 2 + size)]
      rest = rest[(end + 4 + size)...]
    }
    throw MalformedAnswer(description: "the chunks end after \(body.count) bytes")
  }

  private static func find(_ needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= needle.count else { return nil }
    return (bytes.startIndex...(bytes.endIndex - needle.count)).first { start in
      bytes[start] == needle[0] && bytes[start..<(start + needle.count)].elementsEqual(needle)
    }
  }
}

/// An answer that is not HTTP/1.1.
public struct MalformedAnswer: Error, CustomStringConvertible {
  /// What is wrong with it.
  public let description: String
}
