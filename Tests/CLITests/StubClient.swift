import CLI
import JSON
import TestSupport
import Testing

/// Talks to a stub of the USAJOBS Search API over a socket, byte by byte as HTTP/1.1 has it.
struct StubClient {
  struct Answer {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    var json: JSONValue { get throws { try JSON.decode(JSONValue.self, from: body) } }

    /// The items of the page.
    var items: [JSONValue] {
      get throws {
        guard case .array(let items) = try json["SearchResult"]?["SearchResultItems"] else {
          throw Unreadable(what: "no items in \(String(decoding: body.prefix(200), as: UTF8.self))")
        }
        return items
      }
    }

    var ids: [String] { get throws { try items.map { $0["MatchedObjectId"]?.string ?? "-" } } }
    var total: Int { get throws { try json["SearchResult"]?["SearchResultCountAll"]?.int ?? -1 } }
  }

  struct Unreadable: Error {
    var what: String
  }

  let port: UInt16

  static let standard = "Keyword=data%20engineering&LocationName=Chicago%2C%20Illinois"
  static let headers = [("User-Agent", "jo@sluice.example"), ("Authorization-Key", "canary-key")]

  /// Runs a stub while the body talks to it.
  static func with<R>(
    _ change: (inout StubOptions) -> Void = { _ in }, _ body: (StubClient) throws -> R
  ) throws -> R {
    var options = StubOptions()
    // Small, because decoding takes most of a test's time.
    (options.postings, options.locations) = (40, 3)
    options.today = StubDay(number: 20_000)
    change(&options)
    let server = try StubServer(options)
    let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
    return try body(StubClient(port: port))
  }

  func search(_ query: String = "") throws -> Answer {
    try send("GET", "/api/search?\(query)", Self.headers)
  }

  func change(_ text: String) throws -> Answer {
    try send("POST", "/stub/change", [], Array(text.utf8))
  }

  func fault(_ text: String) throws {
    let answer = try send("POST", "/stub/fault", [], Array(text.utf8))
    #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
  }

  func send(
    _ method: String, _ target: String, _ headers: [(String, String)] = [], _ body: [UInt8] = []
  ) throws -> Answer {
    let bytes = try exchange(method, target, headers, body)
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
      throw Unreadable(what: "no head in \(bytes.count) bytes")
    }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    var answer = Answer(status: 0, headers: [], body: Array(bytes[end.upperBound...]))
    answer.status = Int(lines[0].split(separator: " ")[1]) ?? 0
    answer.headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (String(parts[0]), String(parts.last?.drop { $0 == " " } ?? ""))
    }
    return answer
  }

  /// Everything the server sends until it closes.
  func exchange(
    _ method: String, _ target: String, _ headers: [(String, String)], _ body: [UInt8] = []
  ) throws -> [UInt8] {
    let socket = try LocalSocket.connected(toPort: port)
    var head = "\(method) \(target) HTTP/1.1\r\nConnection: close\r\n"
    if !headers.contains(where: { $0.0 == "Host" }) { head += "Host: 127.0.0.1:\(port)\r\n" }
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
    socket.send(Array((head + "\r\n").utf8) + body)
    var received: [UInt8] = []
    while true {
      let piece = socket.receive()
      if piece.isEmpty { return received }
      received += piece
    }
  }
}

extension JSONValue {
  var int: Int? {
    guard case .integer(let number) = self else { return nil }
    return Int(number)
  }

  var array: [JSONValue] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }
}
