/// Where the columns of a row stand that came out of the server by a COPY in binary form.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.
package struct BinaryRow {
  /// The signature, the flags, and the length of an extension that no server sends.
  private static let headerBytes = 19

  @usableFromInline var columns: [Range<Int>?] = []

  package init() {}

  /// How many columns the row has.
  @inlinable package var count: Int { columns.count }

  /// The bytes of the message that are a column, or nil for NULL.
  @inlinable package subscript(column: Int) -> Range<Int>? { columns[column] }

  /// Finds the columns of one message; false for the one that ends the rows.
  ///
  /// - Throws: ``BinaryRowFault`` when the message is cut short.
  package mutating func read(_ message: Span<UInt8>) throws(BinaryRowFault) -> Bool {
    columns.removeAll(keepingCapacity: true)
    // The first row comes behind the header, whose signature no count of columns begins like.
    let isFirst = message.count >= Self.headerBytes && message[0] == 0x50 && message[1] == 0x47
    var offset = isFirst ? Self.headerBytes : 0
    let count: Int16 = try Self.integer(message, &offset)
    guard count >= 0 else { return false }
    for _ in 0..<count {
      let length = Int(try Self.integer(message, &offset) as Int32)
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

  /// The whole number that a column holds.
  ///
  /// - Throws: ``BinaryRowFault`` when the column has more or fewer bytes than the number.
  @inlinable
  package func integer<Value: FixedWidthInteger>(
    _ column: Int, of message: Span<UInt8>
  ) throws(BinaryRowFault) -> Value {
    guard let range = columns[column], range.count == MemoryLayout<Value>.size else {
      throw Self.cutShort
    }
    var offset = range.lowerBound
    return try Self.integer(message, &offset)
  }

  /// Takes a number at an offset, its most significant byte first.
  @inlinable
  static func integer<Value: FixedWidthInteger>(
    _ message: Span<UInt8>, _ offset: inout Int
  ) throws(BinaryRowFault) -> Value {
    guard message.count - offset >= MemoryLayout<Value>.size else { throw cutShort }
    var value: UInt64 = 0
    for _ in 0..<MemoryLayout<Value>.size {
      value = value << 8 | UInt64(message[offset])
      offset += 1
    }
    return Value(truncatingIfNeeded: value)
  }

  @usableFromInline static var cutShort: BinaryRowFault {
    BinaryRowFault(description: "the server sent a row that is cut short")
  }
}

/// A row of a binary COPY that is not what the server announced.
package struct BinaryRowFault: Error, CustomStringConvertible {
  package let description: String
}
