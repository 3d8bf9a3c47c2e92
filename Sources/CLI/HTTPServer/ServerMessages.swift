package import HTTP
import System

/// A request that has come in whole, with its target as it stood on the wire.
package struct ServerRequest: Sendable {
  package var method: String
  /// Path and query, still percent-encoded.
  package var target: String
  /// Names as sent; a repeated name comes as often as it was sent.
  package var headers: HTTPFields
  /// Headers that followed a chunked body.
  package var trailers: HTTPFields
  package var body: [UInt8]
  /// The body was larger than the server keeps; `body` is then empty.
  package var isTooLarge: Bool
  /// The connection's socket, to notice a client that goes away while it waits; -1 in tests.
  package var socket: Int32

  package init(
    method: String, target: String, headers: HTTPFields = [:], trailers: HTTPFields = [:],
    body: [UInt8] = [], isTooLarge: Bool = false,
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

  /// The query's parameters, decoded and in order; one without a value has an empty one.
  var parameters: [(name: String, value: String)] {
    query.split(separator: "&").map { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decoded(pair[0]), pair.count > 1 ? decoded(pair[1]) : "")
    }
  }

  /// What is no escape stays as it is.
  private func decoded(_ text: Substring) -> String {
    (try? PercentEncoding.decode(text.utf8, plus: .isSpace)) ?? String(text)
  }
}

/// An answer held whole in memory.
package struct ServerResponse: Sendable {
  package var status: Int
  package var headers: HTTPFields
  package var body: [UInt8]
  /// Sent instead of `body` when there are any: one after the other, from where they lie.
  package var pieces: [LentBytes] = []

  package init(
    _ status: Int, headers: HTTPFields = [:], body: [UInt8] = []
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// No answer at all: the connection is closed.
  package static let noAnswer = ServerResponse(0)

  static func json(_ status: Int, _ text: String) -> ServerResponse {
    json(status, Array(text.utf8))
  }

  static func json(
    _ status: Int, _ body: [UInt8], type: String = "application/json"
  ) -> ServerResponse {
    ServerResponse(status, headers: ["Content-Type": type], body: body)
  }
}

/// Bytes that neither change nor move, so that an answer may lend them to the network.
///
/// An array's bytes may not be lent for longer than a call; these live until their last owner lets
/// go of them.
@safe
final class FixedBytes: Sendable {
  // As a number, because a pointer cannot be shared between threads; the memory is never written
  // again.
  private let address: UInt
  let count: Int

  init(_ bytes: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, bytes.count), alignment: 1)
    unsafe memory.copyBytes(from: bytes)
    address = UInt(bitPattern: memory.baseAddress)
    count = bytes.count
  }

  deinit { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }

  var whole: LentBytes { self[0..<count] }

  subscript(range: Range<Int>) -> LentBytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return LentBytes(owner: self, range: range)
  }

  /// Where the memory begins; valid while this object lives.
  @unsafe var start: UnsafeRawPointer? { unsafe UnsafeRawPointer(bitPattern: address) }
}

/// A part of fixed bytes; it keeps them alive.
package struct LentBytes: Sendable {
  let owner: FixedBytes
  let range: Range<Int>

  package var count: Int { range.count }

  /// A copy, for those who cannot borrow.
  package var bytes: [UInt8] {
    unsafe Array(
      UnsafeRawBufferPointer(start: owner.start?.advanced(by: range.lowerBound), count: count))
  }
}
