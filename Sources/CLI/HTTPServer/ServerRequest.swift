/// A request that has come in whole, with its target as it stood on the wire.
package struct ServerRequest: Sendable {
  package var method: String
  /// Path and query, still percent-encoded.
  package var target: String
  /// Names as sent; a repeated name comes as often as it was sent.
  package var headers: [(name: String, value: String)]
  /// Headers that followed a chunked body.
  package var trailers: [(name: String, value: String)]
  package var body: [UInt8]
  /// The body was larger than the server keeps; `body` is then empty.
  package var isTooLarge: Bool
  /// The connection's socket, to notice a client that goes away while it waits; -1 in tests.
  package var socket: Int32

  package init(
    method: String, target: String, headers: [(name: String, value: String)] = [],
    trailers: [(name: String, value: String)] = [], body: [UInt8] = [], isTooLarge: Bool = false,
    socket: Int32 = -1
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.trailers = trailers
    self.body = body
    self.isTooLarge = isTooLarge
    self.socket = socket
  }

  package var path: String {
    String(target.prefix { $0 != "?" })
  }

  package var query: String {
    target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) } ?? ""
  }

  package func header(_ name: String) -> String? {
    headers.first { $0.name.equalsIgnoringCase(name) }?.value
  }

  package func trailer(_ name: String) -> String? {
    trailers.first { $0.name.equalsIgnoringCase(name) }?.value
  }
}

extension String {
  /// Compares as header names compare: by ASCII letters without case.
  func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension UInt8 {
  var isASCIILetter: Bool {
    let lower = lowercasedASCII
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  var lowercasedASCII: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }
}
