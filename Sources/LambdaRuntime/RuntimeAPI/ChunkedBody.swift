/// Joins the pieces of a chunked body in place, as far as they have come.
struct ChunkedBody {
  private enum State {
    case size
    case data(left: Int)
    case endOfData
    case trailer
    case done
  }

  private static let lineLimit = 4096

  private let start: Int
  private var state = State.size
  private var raw: Int
  private(set) var end: Int

  /// Creates a body whose first chunk begins at that byte.
  init(from start: Int) {
    self.start = start
    raw = start
    end = start
  }

  /// How many bytes of the buffer the body has taken, trailer included.
  var rawEnd: Int { raw }

  /// Reads on, and tells whether the body is complete.
  mutating func join(
    _ buffer: inout ReceiveBuffer, limit: Int
  ) throws(TransportError) -> Bool {
    while true {
      switch state {
      case .done:
        return true
      case .data(let left):
        let count = min(left, buffer.count - raw)
        buffer.move(raw..<raw + count, to: end)
        raw += count
        end += count
        guard count == left else {
          state = .data(left: left - count)
          return false
        }
        state = .endOfData
      case .size, .endOfData, .trailer:
        guard let line = try nextLine(buffer) else { return false }
        state = try stateAfter(line, buffer, limit: limit)
      }
    }
  }

  private func stateAfter(
    _ line: Range<Int>, _ buffer: borrowing ReceiveBuffer, limit: Int
  ) throws(TransportError) -> State {
    switch state {
    case .size:
      let size = try size(of: line, buffer)
      guard end - start + size <= limit else { throw .malformed("its body is too large") }
      return size == 0 ? .trailer : .data(left: size)
    case .endOfData:
      guard line.isEmpty else { throw .malformed("a chunk is longer than it says") }
      return .size
    default:
      return line.isEmpty ? .done : .trailer
    }
  }

  private mutating func nextLine(
    _ buffer: borrowing ReceiveBuffer
  ) throws(TransportError) -> Range<Int>? {
    let from = raw
    let newline = buffer.withBytes(from..<buffer.count) { bytes -> Int? in
      for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { return index }
      return nil
    }
    guard let newline else {
      guard buffer.count - from <= Self.lineLimit else { throw .malformed("a chunk has no size") }
      return nil
    }
    raw = from + newline + 1
    let hasReturn = buffer.withBytes(from..<from + newline) { bytes in
      !bytes.isEmpty && bytes[bytes.count - 1] == UInt8(ascii: "\r")
    }
    return from..<from + newline - (hasReturn ? 1 : 0)
  }

  // Hexadecimal digits, then perhaps an extension that means nothing to us.
  private func size(
    of line: Range<Int>, _ buffer: borrowing ReceiveBuffer
  ) throws(TransportError) -> Int {
    try buffer.withBytes(line) { bytes throws(TransportError) in
      var size = 0
      var digits = 0
      for index in bytes.indices {
        guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
          let separator = bytes[index]
          guard separator == UInt8(ascii: ";") || separator == 0x20 || separator == 0x09 else {
            throw .malformed("a chunk's size is no number")
          }
          break
        }
        digits += 1
        size = size << 4 | digit
        guard digits <= 8 else { throw .malformed("a chunk's size is absurd") }
      }
      guard digits > 0 else { throw .malformed("a chunk has no size") }
      return size
    }
  }
}
