/// One row that the server sent by a COPY in binary form; each call of ``next(_:)`` finds a column.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.
package struct BinaryRow {
  /// The signature, the flags, and the length of an extension that no server sends.
  private static let headerBytes = 19

  /// How many columns the row has.
  package let count: Int
  @usableFromInline var offset: Int

  /// Begins the row of a message; nil for the message that ends the rows.
  ///
  /// - Throws: ``BinaryRowFault`` if the message is cut short.
  package init?(_ message: Span<UInt8>) throws(BinaryRowFault) {
    // The first row follows the header, whose signature is no possible count of columns.
    let isFirst = message.count >= Self.headerBytes && message[0] == 0x50 && message[1] == 0x47
    offset = isFirst ? Self.headerBytes : 0
    count = Int(try Self.integer(message, &offset, as: Int16.self))
    guard count >= 0 else { return nil }
  }

  /// Finds the bytes of the message that hold the next column; nil for NULL.
  ///
  /// - Throws: ``BinaryRowFault`` if the message is cut short.
  @inlinable
  package mutating func next(_ message: Span<UInt8>) throws(BinaryRowFault) -> Range<Int>? {
    let length = Int(try Self.integer(message, &offset, as: Int32.self))
    guard length >= 0 else { return nil }
    guard length <= message.count - offset else { throw Self.cutShort }
    defer { offset += length }
    return offset..<offset + length
  }

  /// The number that a column holds.
  ///
  /// - Throws: ``BinaryRowFault`` when it has another width.
  @inlinable
  package static func integer<Value: FixedWidthInteger>(
    _ column: Span<UInt8>, as type: Value.Type = Value.self
  ) throws(BinaryRowFault) -> Value {
    var offset = 0
    let value = try integer(column, &offset, as: type)
    guard offset == column.count else { throw cutShort }
    return value
  }

  @inlinable
  static func integer<Value: FixedWidthInteger>(
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

  @usableFromInline static var cutShort: BinaryRowFault {
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
