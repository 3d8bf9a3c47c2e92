internal import CLibpq

/// Holds the rows of one statement and lends the bytes of their fields.
@safe public struct PostgresResult: ~Copyable {
  let handle: OpaquePointer

  init(_ handle: OpaquePointer) {
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe PQclear(handle) }

  var status: ExecStatusType { unsafe PQresultStatus(handle) }

  /// The number of rows.
  public var rowCount: Int { unsafe Int(PQntuples(handle)) }

  /// The number of columns.
  public var columnCount: Int { unsafe Int(PQnfields(handle)) }

  /// The rows a statement inserted, updated, deleted, copied or selected.
  public var affectedRows: Int { unsafe Int(String(cString: PQcmdTuples(handle))) ?? 0 }

  /// What the server says it did, as `INSERT 0 5` or `ROLLBACK`.
  public var commandTag: String { unsafe String(cString: PQcmdStatus(handle)) }

  /// The name of a column, from 0.
  public func columnName(_ column: Int) throws(PostgresError) -> String {
    guard let name = unsafe PQfname(handle, Int32(clamping: column)) else {
      throw PostgresError(.value, "the result has no column \(column)")
    }
    return unsafe String(cString: name)
  }

  /// Lends the bytes of a field, nil for NULL, in the format that was asked for.
  public func withField<R, E: Error>(
    row: Int, column: Int, _ body: (Span<UInt8>?) throws(E) -> R
  ) throws(E) -> R {
    precondition(
      row >= 0 && row < rowCount && column >= 0 && column < columnCount,
      "no field at row \(row), column \(column) of \(rowCount) × \(columnCount)")
    let (row, column) = (Int32(row), Int32(column))
    guard unsafe PQgetisnull(handle, row, column) == 0,
      let start = unsafe PQgetvalue(handle, row, column)
    else { return try body(nil) }
    let count = unsafe Int(PQgetlength(handle, row, column))
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
      .assumingMemoryBound(to: UInt8.self)
    return try unsafe body(bytes.span)
  }
}
