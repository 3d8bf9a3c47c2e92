/// Where the columns of a row stand that came out of the server by a COPY in binary form.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.
package struct BinaryRow {
  /// The signature, the flags, and the length of an extension that no server sends.
  private static let headerBytes = 19

  private var columns: [Range<Int>?] = []

  package init() {}

  /// How many columns the row has.
  package var count: Int { columns.count }

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
    let count = try Self.integer(message, &offset, as: Int16.self)
    guard count >= 0 else { return false }
    for _ in 0..<count {
      let length = Int(try Self.integer(message, &offset, as: Int32.self))
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

  /// The number that a column holds.
  ///
  /// - Throws: ``BinaryRowFault`` when it has another width.
  package static func integer<Value: FixedWidthInteger>(
    _ column: Span<UInt8>, as type: Value.Type = Value.self
  ) throws(BinaryRowFault) -> Value {
    var offset = 0
    let value = try integer(column, &offset, as: type)
    guard offset == column.count else { throw cutShort }
    return value
  }

  @inline(__always)
  private static func integer<Value: FixedWidthInteger>(
    _ bytes: Span<UInt8>, _ offset: inout Int, as type: Value.Type
  ) throws(BinaryRowFault) -> Value {
    guard bytes.count - offset >= MemoryLayout<Value>.size else { throw cutShort }
    var value: UInt64 = 0
    for _ in 0..<MemoryLayout<Value>.size {
      value = value << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return Value(truncatingIfNeeded: value)
  }

  private static var cutShort: BinaryRowFault {
    BinaryRowFault(description: "the server sent a row that is cut short")
  }
}

/// A row of a binary COPY that is not what the server announced.
package struct BinaryRowFault: Error, CustomStringConvertible {
  package let description: String
}

/// 2000-01-01, from which PostgreSQL counts, as 1970-01-01 counts it.
package enum PostgresEpoch {
  package static let days = 10_957
  package static let microseconds = Int64(days) * 86_400_000_000
}
