internal import CLibpq
internal import Glibc

extension PostgresConnection {
  /// Copies rows out of the server, lending the bytes of one row at a time.
  ///
  /// When the receiver throws, the server is told to stop and the session stays usable.
  ///
  /// - Returns: The number of rows.
  ///
  /// The corresponding C function is `PQgetCopyData`.
  @discardableResult
  public mutating func copyOut(
    _ sql: String, _ receive: (Span<UInt8>) throws -> Void
  ) throws -> Int {
    try openCopy(sql, PGRES_COPY_OUT)
    do {
      while let row = try nextCopyRow() { try row.withBytes(receive) }
    } catch {
      if !command.isBroken {
        // The rest may be gigabytes; the reason that counts is the receiver's.
        do throws(PostgresError) {
          try cancel()
          try discardCopyOut()
          _ = try collect()
        } catch {}
      }
      throw error
    }
    return try collect()?.affectedRows ?? 0
  }

  /// Reads a COPY's rows to the end without looking at them.
  mutating func discardCopyOut() throws(PostgresError) {
    while try nextCopyRow() != nil {}
  }

  private mutating func nextCopyRow() throws(PostgresError) -> CopyRow? {
    while true {
      var bytes: UnsafeMutablePointer<CChar>?
      let count = unsafe PQgetCopyData(handle, &bytes, 1)
      if count > 0, let start = unsafe bytes {
        return unsafe CopyRow(start: UnsafeMutableRawPointer(start), count: Int(count))
      }
      switch count {
      case 0: try awaitCopyInput()
      case -1: return nil
      default: throw lastError()
      }
    }
  }

  private mutating func awaitCopyInput() throws(PostgresError) {
    _ = try wait(for: POLLIN)
    if unsafe PQconsumeInput(handle) == 0 { throw lastError() }
  }
}

/// One row that libpq allocated for us.
@safe private struct CopyRow: ~Copyable {
  let start: UnsafeMutableRawPointer
  let count: Int

  deinit { unsafe PQfreemem(start) }

  borrowing func withBytes(_ body: (Span<UInt8>) throws -> Void) throws {
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
      .assumingMemoryBound(to: UInt8.self)
    try unsafe body(bytes.span)
  }
}
