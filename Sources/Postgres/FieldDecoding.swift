internal import CLibpq

/// Fields as Swift values; NULL is never zero, and what does not fit is an error that says where.
extension PostgresResult {
  /// The text of a field that is not NULL.
  public func text(row: Int, column: Int) throws(PostgresError) -> String {
    try present(textIfPresent(row: row, column: column), row, column)
  }

  /// The text of a field, nil for NULL.
  public func textIfPresent(row: Int, column: Int) throws(PostgresError) -> String? {
    try field(row, column) { (bytes) throws(PostgresError) in
      guard isBinary(column) else { return String(copying: bytes) }
      let type = columnType(column)
      if type == TypeOID.jsonb, bytes.count > 0 {
        // Its wire format is the text behind a version byte.
        return String(copying: bytes.extracting(1...))
      }
      guard TypeOID.textual.contains(type) else {
        throw mismatch("text", row, column)
      }
      return String(copying: bytes)
    }
  }

  /// The whole number in a field that is not NULL.
  public func int(row: Int, column: Int) throws(PostgresError) -> Int {
    try present(intIfPresent(row: row, column: column), row, column)
  }

  /// The whole number in a field, nil for NULL.
  public func intIfPresent(row: Int, column: Int) throws(PostgresError) -> Int? {
    try field(row, column) { (bytes) throws(PostgresError) in
      if !isBinary(column) {
        if let number = Int(String(copying: bytes)) { return number }
      } else {
        switch columnType(column) {
        case TypeOID.int2: return Int(Int16(truncatingIfNeeded: bytes.bigEndian))
        case TypeOID.int4: return Int(Int32(truncatingIfNeeded: bytes.bigEndian))
        case TypeOID.int8: return Int(Int64(bitPattern: bytes.bigEndian))
        case TypeOID.oid: return Int(UInt32(truncatingIfNeeded: bytes.bigEndian))
        default: break
        }
      }
      throw mismatch("a whole number", row, column)
    }
  }

  /// The truth value in a field that is not NULL.
  public func bool(row: Int, column: Int) throws(PostgresError) -> Bool {
    try present(boolIfPresent(row: row, column: column), row, column)
  }

  /// The truth value in a field, nil for NULL.
  public func boolIfPresent(row: Int, column: Int) throws(PostgresError) -> Bool? {
    try field(row, column) { (bytes) throws(PostgresError) in
      if columnType(column) == TypeOID.bool, bytes.count == 1 {
        switch bytes[0] {
        case 1, UInt8(ascii: "t"): return true
        case 0, UInt8(ascii: "f"): return false
        default: break
        }
      }
      throw mismatch("a truth value", row, column)
    }
  }

  /// The number in a field that is not NULL, as a floating-point number.
  public func double(row: Int, column: Int) throws(PostgresError) -> Double {
    try present(doubleIfPresent(row: row, column: column), row, column)
  }

  /// The number in a field as a floating-point number, nil for NULL.
  public func doubleIfPresent(row: Int, column: Int) throws(PostgresError) -> Double? {
    try field(row, column) { (bytes) throws(PostgresError) in
      if !isBinary(column) {
        // The server writes `Infinity`, `-Infinity` and `NaN`, which Swift reads too.
        if let number = Double(String(copying: bytes)) { return number }
      } else {
        switch columnType(column) {
        case TypeOID.float4:
          return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bytes.bigEndian)))
        case TypeOID.float8: return Double(bitPattern: bytes.bigEndian)
        default: break
        }
      }
      throw mismatch("a number", row, column)
    }
  }

  /// Whether a field is NULL.
  public func isNull(row: Int, column: Int) throws(PostgresError) -> Bool {
    try field(row, column) { (_) throws(PostgresError) in true } == nil
  }

  private func isBinary(_ column: Int) -> Bool {
    unsafe PQfformat(handle, Int32(clamping: column)) == 1
  }

  private func field<R>(
    _ row: Int, _ column: Int, _ decode: (Span<UInt8>) throws(PostgresError) -> R
  ) throws(PostgresError) -> R? {
    guard row >= 0, row < rowCount else {
      throw PostgresError(.value, "the result has no row \(row); it has \(rowCount)")
    }
    guard column >= 0, column < columnCount else {
      throw PostgresError(.value, "the result has no column \(column); it has \(columnCount)")
    }
    return try withField(row: row, column: column) { (bytes) throws(PostgresError) -> R? in
      guard let bytes else { return nil }
      return try decode(bytes)
    }
  }

  private func present<R>(_ value: R?, _ row: Int, _ column: Int) throws(PostgresError) -> R {
    guard let value else { throw mismatch("a value, it is NULL", row, column) }
    return value
  }

  /// An error that names the place and the type, never the value.
  private func mismatch(_ wanted: String, _ row: Int, _ column: Int) -> PostgresError {
    let name = (try? columnName(column)) ?? "?"
    return PostgresError(
      .value,
      "row \(row), column \"\(name)\" (type \(columnType(column))) does not hold \(wanted)")
  }
}

extension Span<UInt8> {
  /// The bytes as a number, most significant first; only the last eight count.
  var bigEndian: UInt64 {
    var number: UInt64 = 0
    for index in indices { number = number << 8 | UInt64(self[index]) }
    return number
  }
}

extension String {
  /// Copies UTF-8; broken sequences become U+FFFD, which a UTF-8 session never sends.
  init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
