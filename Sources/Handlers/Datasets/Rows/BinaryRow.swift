/// Where the columns of a row stand that came out of the server by a COPY in binary form.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.
package struct BinaryRow {
  /// The signature, the flags, and the length of an extension that no server sends.
  private static let headerBytes = 19

  private var columns: [Range<Int>?] = []

  package init() {}

  /// The bytes of the message that are a column, or nil for NULL.
  package subscript(column: Int) -> Range<Int>? { columns[column] }

  /// Finds the columns of one message; false for the one that ends the rows.
  ///
  /// - Throws: ``BinaryRowFault`` when the message is cut short.
  package mutating func read(_ message: Span<UInt8>) throws(BinaryRowFault) -> Bool {
    columns.removeAll(keepingCapacity: true)
    // The first row comes behind the header, whose signature no count of columns begins like.
    let isFirst = message.count >= Self.headerBytes && message[0] == 0x50 && message[1] == 0x47
    var offset = isFirst ? Self.headerBytes : 0
    let count = Int16(truncatingIfNeeded: try Self.integer(message, &offset, bytes: 2))
    guard count >= 0 else { return false }
    for _ in 0..<count {
      let length = Int(Int32(truncatingIfNeeded: try Self.integer(message, &offset, bytes: 4)))
      guard length >= 0 else {
        columns.append(nil)
        continue
      }
      guard length <= message.count - offset else { throw Self.cutShort }
      columns.append(offset..<offset + length)
      offset += length
    }
    return true
  }

  /// The value of a column of eight bytes.
  ///
  /// - Throws: ``BinaryRowFault`` when it has not so many.
  package func integer(_ column: Int, of message: Span<UInt8>) throws(BinaryRowFault) -> Int {
    guard let range = columns[column], range.count == 8 else { throw Self.cutShort }
    var offset = range.lowerBound
    return try Self.integer(message, &offset, bytes: 8)
  }

  private static func integer(
    _ message: Span<UInt8>, _ offset: inout Int, bytes: Int
  ) throws(BinaryRowFault) -> Int {
    guard message.count - offset >= bytes else { throw cutShort }
    var value = 0
    for _ in 0..<bytes {
      value = value << 8 | Int(message[offset])
      offset += 1
    }
    return value
  }

  private static var cutShort: BinaryRowFault {
    BinaryRowFault(description: "the server sent a row that is cut short")
  }
}

/// A row of a binary COPY that is not what the server announced.
package struct BinaryRowFault: Error, CustomStringConvertible {
  package let description: String
}
