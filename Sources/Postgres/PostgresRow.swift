internal import CLibpq

/// One row of a result; each call reads the next column.
///
/// NULL is never zero, and what does not fit is an error that says where.
@safe public struct PostgresRow: ~Copyable {
  private let handle: OpaquePointer
  private let row: Int32
  private var column: Int32 = -1

  /// Makes a row of a result that outlives it.
  init(of result: OpaquePointer, _ row: Int) {
    unsafe handle = unsafe result
    self.row = Int32(clamping: row)
  }

  /// Reads the text of a field that is not NULL.
  public mutating func text() throws(PostgresError) -> String {
    try present(textIfPresent())
  }

  /// Reads the text of a field, nil for NULL.
  public mutating func textIfPresent() throws(PostgresError) -> String? {
    try next { (row, bytes) throws(PostgresError) in
      guard row.isBinary else { return String(copying: bytes) }
      if row.type == TypeOID.jsonb, bytes.count > 0 {
        // Its wire format is the text behind a version byte.
        return String(copying: bytes.extracting(1...))
      }
      guard TypeOID.textual.contains(row.type) else { throw row.mismatch("text") }
      return String(copying: bytes)
    }
  }

  /// Reads the whole number in a field that is not NULL.
  public mutating func int() throws(PostgresError) -> Int {
    try present(intIfPresent())
  }

  /// Reads the whole number in a field, nil for NULL.
  public mutating func intIfPresent() throws(PostgresError) -> Int? {
    try next { (row, bytes) throws(PostgresError) in
      if !row.isBinary {
        if let number = Int(String(copying: bytes)) { return number }
      } else {
        switch row.type {
        case TypeOID.int2: return Int(Int16(truncatingIfNeeded: bytes.bigEndian))
        case TypeOID.int4: return Int(Int32(truncatingIfNeeded: bytes.bigEndian))
        case TypeOID.int8: return Int(Int64(bitPattern: bytes.bigEndian))
        case TypeOID.oid: return Int(UInt32(truncatingIfNeeded: bytes.bigEndian))
        default: break
        }
      }
      throw row.mismatch("a whole number")
    }
  }

  /// Reads the truth value in a field that is not NULL.
  public mutating func bool() throws(PostgresError) -> Bool {
    try present(boolIfPresent())
  }

  /// Reads the truth value in a field, nil for NULL.
  public mutating func boolIfPresent() throws(PostgresError) -> Bool? {
    try next { (row, bytes) throws(PostgresError) in
      if row.type == TypeOID.bool, bytes.count == 1 {
        switch bytes[0] {
        case 1, UInt8(ascii: "t"): return true
        case 0, UInt8(ascii: "f"): return false
        default: break
        }
      }
      throw row.mismatch("a truth value")
    }
  }

  /// Reads the number in a field that is not NULL, as a floating-point number.
  public mutating func double() throws(PostgresError) -> Double {
    try present(doubleIfPresent())
  }

  /// Reads the number in a field as a floating-point number, nil for NULL.
  public mutating func doubleIfPresent() throws(PostgresError) -> Double? {
    try next { (row, bytes) throws(PostgresError) in
      if !row.isBinary {
        // The server writes `Infinity`, `-Infinity` and `NaN`, which Swift reads too.
        if let number = Double(String(copying: bytes)) { return number }
      } else {
        switch row.type {
        case TypeOID.float4:
          return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bytes.bigEndian)))
        case TypeOID.float8: return Double(bitPattern: bytes.bigEndian)
        default: break
        }
      }
      throw row.mismatch("a number")
    }
  }

  /// Copies the bytes of a field as the server sent them, nil for NULL.
  public mutating func bytesIfPresent() throws(PostgresError) -> [UInt8]? {
    try next { (_, bytes) throws(PostgresError) in
      unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
  }

  private var type: UInt32 { unsafe PQftype(handle, column) }
  private var isBinary: Bool { unsafe PQfformat(handle, column) == 1 }

  private mutating func next<R>(
    _ decode: (borrowing PostgresRow, Span<UInt8>) throws(PostgresError) -> R
  ) throws(PostgresError) -> R? {
    column += 1
    guard unsafe column < PQnfields(handle) else {
      throw PostgresError(
        .value, "the result has no column \(column); it has \(unsafe PQnfields(handle))")
    }
    guard unsafe PQgetisnull(handle, row, column) == 0,
      let start = unsafe PQgetvalue(handle, row, column)
    else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(
      start: start, count: Int(PQgetlength(handle, row, column))
    ).assumingMemoryBound(to: UInt8.self)
    return try unsafe decode(self, bytes.span)
  }

  private func present<R>(_ value: R?) throws(PostgresError) -> R {
    guard let value else { throw mismatch("a value, it is NULL") }
    return value
  }

  /// An error that names the place and the type, never the value.
  private func mismatch(_ wanted: String) -> PostgresError {
    let name = unsafe PQfname(handle, column).map { unsafe String(cString: $0) } ?? "?"
    return PostgresError(
      .value, "row \(row), column \"\(name)\" (type \(type)) does not hold \(wanted)")
  }
}

extension PostgresResult {
  /// Reads every row, in order.
  public func rows<R>(_ read: (inout PostgresRow) throws -> R) throws -> [R] {
    var values: [R] = []
    values.reserveCapacity(rowCount)
    for index in 0..<rowCount {
      var row = unsafe PostgresRow(of: handle, index)
      values.append(try read(&row))
    }
    return values
  }

  /// Reads the first row; nil when there is none.
  public func firstRow<R>(_ read: (inout PostgresRow) throws -> R) throws -> R? {
    guard rowCount > 0 else { return nil }
    var row = unsafe PostgresRow(of: handle, 0)
    return try read(&row)
  }
}

extension PostgresConnection {
  /// Runs one statement and reads every row of its result.
  public mutating func rows<R>(
    _ sql: String, _ parameters: [PostgresValue] = [], results: ResultFormat = .text,
    _ read: (inout PostgresRow) throws -> R
  ) throws -> [R] {
    try result(sql, parameters, results).rows(read)
  }

  /// Runs one statement and reads the first row of its result; nil when there is none.
  public mutating func rowIfPresent<R>(
    _ sql: String, _ parameters: [PostgresValue] = [], results: ResultFormat = .text,
    _ read: (inout PostgresRow) throws -> R
  ) throws -> R? {
    try result(sql, parameters, results).firstRow(read)
  }

  /// Runs one statement and reads the first row of its result.
  ///
  /// - Throws: An error of the code `value` when there is no row, and what the body throws.
  public mutating func row<R>(
    _ sql: String, _ parameters: [PostgresValue] = [], results: ResultFormat = .text,
    _ read: (inout PostgresRow) throws -> R
  ) throws -> R {
    guard let value = try rowIfPresent(sql, parameters, results: results, read) else {
      var error = PostgresError(.value, "the result has no row; expected one")
      error.sql = sql
      throw error
    }
    return value
  }

  /// Runs one statement whose result is one whole number.
  public mutating func int(_ sql: String, _ parameters: [PostgresValue] = []) throws -> Int {
    try row(sql, parameters) { row in try row.int() }
  }

  /// Runs one statement whose result is one truth value.
  public mutating func bool(_ sql: String, _ parameters: [PostgresValue] = []) throws -> Bool {
    try row(sql, parameters) { row in try row.bool() }
  }
}
