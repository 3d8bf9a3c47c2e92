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
    try next("text") { $0 }
  }

  /// Reads the whole number in a field that is not NULL.
  public mutating func int() throws(PostgresError) -> Int {
    try present(intIfPresent())
  }

  /// Reads the whole number in a field, nil for NULL.
  public mutating func intIfPresent() throws(PostgresError) -> Int? {
    try next("a whole number") { Int($0) }
  }

  /// Reads the truth value in a field that is not NULL.
  public mutating func bool() throws(PostgresError) -> Bool {
    let value = try present(next("a truth value") { ["t": true, "f": false][$0] })
    guard type == TypeOID.bool else { throw mismatch("a truth value") }
    return value
  }

  /// Reads the number in a field that is not NULL, as a floating-point number.
  public mutating func double() throws(PostgresError) -> Double {
    // The server writes `Infinity`, `-Infinity` and `NaN`, which Swift reads too.
    try present(next("a number") { Double($0) })
  }

  /// Copies the bytes of a field as the server sent them, nil for NULL.
  public mutating func bytesIfPresent() throws(PostgresError) -> [UInt8]? {
    try next { bytes in unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }
  }

  /// Passes over a field.
  public mutating func skip() { column += 1 }

  private var type: UInt32 { unsafe PQftype(handle, column) }

  /// Reads the text of the next field as what is wanted.
  private mutating func next<R>(
    _ wanted: String, _ read: (String) -> R?
  ) throws(PostgresError) -> R? {
    guard let text = try next({ String(copying: $0) }) else { return nil }
    guard unsafe PQfformat(handle, column) == 0, let value = read(text) else {
      throw mismatch(wanted)
    }
    return value
  }

  private mutating func next<R>(_ read: (Span<UInt8>) -> R) throws(PostgresError) -> R? {
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
    return unsafe read(bytes.span)
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

extension String {
  /// Copies UTF-8; broken sequences become U+FFFD, which a UTF-8 session never sends.
  fileprivate init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
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

  /// Reads one row, the first unless another is asked for.
  ///
  /// - Throws: An error of the code `value` when there is no such row, and what the body throws.
  public func row<R>(
    at index: Int = 0, _ read: (inout PostgresRow) throws -> R
  ) throws -> R {
    guard index >= 0, index < rowCount else {
      throw PostgresError(.value, "the result has no row \(index); it has \(rowCount)")
    }
    var row = unsafe PostgresRow(of: handle, index)
    return try read(&row)
  }

  /// Reads the first row; nil when there is none.
  public func firstRow<R>(_ read: (inout PostgresRow) throws -> R) throws -> R? {
    rowCount > 0 ? try row(read) : nil
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
    try result(sql, parameters, results).row(read)
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
