// How this works
//
// One pass over the bytes, line by line, resumed where it stopped when more have come. A line's name
// ends at its first colon and is compared only with the one or two names of its length. Values stay
// where they are: the head keeps ranges, and text is made of those that are asked for.

internal import Glibc

/// The head of a reply of the Runtime API.
struct HTTPHead {
  /// More is no head of the Runtime API, which sends well under a tenth of it.
  static let sizeLimit = 128 * 1024

  private(set) var status = 0
  private(set) var contentLength: Int?
  private(set) var isChunked = false
  private(set) var keepsAlive = true
  private(set) var requestID: Range<Int>?
  private(set) var traceID: Range<Int>?
  private(set) var clientContext: Range<Int>?
  private(set) var cognitoIdentity: Range<Int>?
  private(set) var invokedFunctionARN: Range<Int>?
  private(set) var deadline: Range<Int>?
  private(set) var tenantID: Range<Int>?
  private(set) var extensionID: Range<Int>?

  /// Where the head ends, once it is complete.
  private(set) var end: Int?

  private var lineStart: Int
  // Up to here the line begun last is known to have no end.
  private var searched: Int

  /// Creates a parser of the head that begins at that byte.
  init(from start: Int = 0) {
    lineStart = start
    searched = start
  }

  /// Reads on; afterwards ``end`` tells whether the head is complete.
  mutating func parse(_ bytes: Span<UInt8>) throws(TransportError) {
    while end == nil, let newline = bytes.first(UInt8(ascii: "\n"), in: searched..<bytes.count) {
      let hasReturn = newline > lineStart && bytes[newline - 1] == UInt8(ascii: "\r")
      try readLine(bytes, lineStart..<newline - (hasReturn ? 1 : 0))
      lineStart = newline + 1
      searched = lineStart
    }
    guard end == nil else { return }
    searched = bytes.count
    guard searched <= Self.sizeLimit else {
      throw .malformed("its head is over \(Self.sizeLimit) bytes")
    }
  }

  private mutating func readLine(
    _ bytes: Span<UInt8>, _ line: Range<Int>
  ) throws(TransportError) {
    if status == 0 {
      try readStatus(bytes, line)
    } else if line.isEmpty {
      end = line.lowerBound + (bytes[line.lowerBound] == UInt8(ascii: "\r") ? 2 : 1)
    } else if let colon = bytes.first(UInt8(ascii: ":"), in: line) {
      try readField(bytes, name: line.lowerBound..<colon, value: colon + 1..<line.upperBound)
    } else {
      throw .malformed("a header has no colon")
    }
  }

  private mutating func readStatus(
    _ bytes: Span<UInt8>, _ line: Range<Int>
  ) throws(TransportError) {
    // HTTP/1.1 200
    let start = line.lowerBound
    guard line.count >= 12, bytes.matches(start, "http/1."), bytes[start + 8] == 0x20,
      let code = bytes.number(start + 9..<start + 12), code >= 100,
      line.count == 12 || bytes[start + 12] == 0x20
    else { throw .malformed("it does not begin with an HTTP status") }
    status = code
    keepsAlive = bytes[start + 7] != UInt8(ascii: "0")
  }

  private mutating func readField(
    _ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>
  ) throws(TransportError) {
    let value = bytes.trimmed(value)
    func isNamed(_ text: StaticString) -> Bool { bytes.matches(name.lowerBound, text) }
    switch name.count {
    case 10 where isNamed("connection"):
      if value.count == 5, bytes.matches(value.lowerBound, "close") { keepsAlive = false }
      if value.count == 10, bytes.matches(value.lowerBound, "keep-alive") { keepsAlive = true }
    case 14 where isNamed("content-length"):
      guard let length = bytes.number(value), contentLength ?? length == length else {
        throw .malformed("its Content-Length is not one number")
      }
      contentLength = length
    case 17 where isNamed("transfer-encoding"):
      guard value.count == 7, bytes.matches(value.lowerBound, "chunked") else {
        throw .malformed("its Transfer-Encoding is not chunked")
      }
      isChunked = true
    case 23 where isNamed("lambda-runtime-trace-id"): traceID = value
    case 26 where isNamed("lambda-runtime-deadline-ms"): deadline = value
    case 27 where isNamed("lambda-extension-identifier"): extensionID = value
    case 28 where isNamed("lambda-runtime-aws-tenant-id"): tenantID = value
    case 29 where isNamed("lambda-runtime-aws-request-id"): requestID = value
    case 29 where isNamed("lambda-runtime-client-context"): clientContext = value
    case 31 where isNamed("lambda-runtime-cognito-identity"): cognitoIdentity = value
    case 35 where isNamed("lambda-runtime-invoked-function-arn"): invokedFunctionARN = value
    default: break
    }
  }
}

extension Span<UInt8> {
  /// Whether that text stands there, in whatever case.
  fileprivate func matches(_ start: Int, _ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard start + length <= count else { return false }
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      return unsafe (base + start).withMemoryRebound(to: CChar.self, capacity: length) { name in
        unsafe text.utf8Start.withMemoryRebound(to: CChar.self, capacity: length) { text in
          unsafe strncasecmp(name, text, length) == 0
        }
      }
    }
  }

  /// The first place of a byte within a range.
  fileprivate func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.upperBound <= count, "bytes \(range) of \(count)")
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// The number written there, if there is nothing but digits and it is not absurd.
  func number(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 15 else { return nil }
    var number = 0
    for index in range {
      let digit = Int(self[index]) - 0x30
      guard (0...9).contains(digit) else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  fileprivate func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return start..<end
  }
}
