/// One row that came out of the server by a COPY in binary form.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>.
struct BinaryRow {
  /// The signature, the flags, and the length of an extension that no server sends.
  private static let headerBytes = 19

  /// The columns' bytes, none for NULL.
  private(set) var values: [[UInt8]] = []

  /// Reads one message; nil for the one that ends the rows.
  ///
  /// - Throws: ``LoadFault`` when the message is cut short.
  init?(message: Span<UInt8>) throws(LoadFault) {
    // The first row comes behind the header, whose signature no count of columns begins like.
    let isFirst = message.count >= Self.headerBytes && message[0] == 0x50 && message[1] == 0x47
    var rest = message.extracting(droppingFirst: isFirst ? Self.headerBytes : 0)
    let count = Int16(truncatingIfNeeded: try Self.integer(&rest, bytes: 2))
    guard count >= 0 else { return nil }
    for _ in 0..<count {
      let length = Int(Int32(truncatingIfNeeded: try Self.integer(&rest, bytes: 4)))
      guard length >= 0 else {
        values.append([])
        continue
      }
      guard length <= rest.count else { throw Self.cutShort }
      values.append(rest.extracting(first: length).copied)
      rest = rest.extracting(droppingFirst: length)
    }
  }

  private static func integer(
    _ rest: inout Span<UInt8>, bytes: Int
  ) throws(LoadFault) -> UInt32 {
    guard rest.count >= bytes else { throw cutShort }
    var value: UInt32 = 0
    for index in 0..<bytes { value = value << 8 | UInt32(rest[index]) }
    rest = rest.extracting(droppingFirst: bytes)
    return value
  }

  private static var cutShort: LoadFault {
    LoadFault(.databaseRefused, "the server sent a row that is cut short", isRetriable: true)
  }
}
