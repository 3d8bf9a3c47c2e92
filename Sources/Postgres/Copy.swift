internal import CLibpq
internal import Glibc

/// What a COPY into the server needs to remember between pieces.
struct CopyInState {
  var isActive = false
  /// Bytes sent since the server said something that was not yet understood.
  var unheardBytes = 0
  /// The number of notices when the server said something that was not yet understood.
  var suspicion: Int?
}

extension PostgresConnection {
  /// Starts a COPY … FROM STDIN; `putCopy` sends its rows, and `endCopyIn` ends it.
  ///
  /// In a transaction whose body throws, the rollback aborts the COPY.
  public mutating func beginCopyIn(_ sql: String) throws(PostgresError) {
    try openCopy(sql, PGRES_COPY_IN)
    command.copy = CopyInState(isActive: true)
  }

  /// Starts a COPY in the direction wanted, and gets out of anything else the statement was.
  mutating func openCopy(_ sql: String, _ wanted: ExecStatusType) throws(PostgresError) {
    try begin(sql)
    try sent(unsafe PQsendQuery(handle, sql) == 1)
    var failure = explained(PostgresError(.conversation, "this is no COPY in that direction"))
    if let result = try nextResult() {
      switch result.status {
      case wanted: return
      case PGRES_FATAL_ERROR: failure = self.failure(of: result)
      case PGRES_COPY_IN:
        _ = unsafe PQputCopyEnd(handle, "this call receives rows")
        try flush()
      case PGRES_COPY_OUT: try discardCopyOut()
      default: break
      }
    }
    do throws(PostgresError) { _ = try collect() } catch {}
    throw failure
  }

  /// Sends a piece of the rows and returns when it is on its way.
  ///
  /// Blocks while the server is not reading, which is the back-pressure of a load. Row boundaries
  /// need not fall on piece boundaries. Pieces of 32 KB or less travel best; larger ones are cut.
  ///
  /// - Throws: The server's own reason when it has refused the rows or is gone; the COPY is then
  ///   over.
  ///
  /// The corresponding C function is `PQputCopyData`.
  public mutating func putCopy(_ bytes: Span<UInt8>) throws(PostgresError) {
    guard command.copy.isActive else {
      throw explained(PostgresError(.conversation, "no COPY is running"))
    }
    var start = 0
    while start < bytes.count {
      try listen()
      let end = min(start + Self.copyPieceBytes, bytes.count)
      let success = unsafe bytes.extracting(start..<end).withUnsafeBytes { piece in
        unsafe PQputCopyData(
          handle, piece.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(piece.count)) == 1
      }
      guard success else { throw refusal() }
      do throws(PostgresError) {
        try flush()
      } catch {
        throw refusal(or: error)
      }
      command.copy.unheardBytes += end - start
      start = end
    }
  }

  /// Ends the COPY and says how many rows the server took.
  ///
  /// The corresponding C function is `PQputCopyEnd`.
  public mutating func endCopyIn() throws(PostgresError) -> Int {
    guard command.copy.isActive else {
      throw explained(PostgresError(.conversation, "no COPY is running"))
    }
    command.copy.isActive = false
    while true {
      let queued = unsafe PQputCopyEnd(handle, nil)
      if queued == 1 { break }
      guard queued == 0 else { throw lastError() }
      _ = try wait(for: POLLOUT)
    }
    do throws(PostgresError) { try flush() } catch { throw refusal(or: error) }
    return try collect()?.affectedRows ?? 0
  }

  /// Ends the COPY so that the server drops its rows; does nothing when none is running.
  ///
  /// In a transaction, the transaction has failed with that and waits for its rollback.
  mutating func abortCopyIn(_ reason: String) {
    guard command.copy.isActive else { return }
    _ = refusal(because: reason)
  }

  /// 32 KB a message keeps client and server busy at once; larger pieces make them take turns.
  private static var copyPieceBytes: Int { 32_768 }
  private static var listeningBytes: Int { 1 << 18 }

  /// Notices early that the server has refused a row or gone, instead of sending all the rest.
  ///
  /// While rows are being sent the server says nothing but notices, or why it takes no more; libpq
  /// shows us only the former. So: something came, and a while later it was still no notice.
  private mutating func listen() throws(PostgresError) {
    if hasUnreadInput {
      noteInput()
      guard unsafe PQconsumeInput(handle) == 1 else { throw refusal() }
    }
    guard let before = command.copy.suspicion,
      command.copy.unheardBytes >= Self.listeningBytes
    else { return }
    // Lets libpq hand over the notices.
    _ = unsafe PQisBusy(handle)
    guard notices.count != before else { throw refusal() }
    command.copy.suspicion = nil
  }

  /// Remembers that the server said something while rows were being sent.
  mutating func noteInput() {
    guard command.copy.isActive, command.copy.suspicion == nil else { return }
    command.copy.suspicion = notices.count
    command.copy.unheardBytes = 0
  }

  /// Ends the COPY as failed and answers with the reason the server gave.
  private mutating func refusal(
    because reason: String = "the sender gave up", or other: PostgresError? = nil
  ) -> PostgresError {
    command.copy.isActive = false
    let fallback = other ?? lastError()
    guard !command.isBroken else { return fallback }
    _ = unsafe PQputCopyEnd(handle, reason)
    do throws(PostgresError) {
      try flush()
      _ = try collect()
    } catch {
      return error.sqlState == nil ? fallback : error
    }
    return fallback
  }
}

extension PostgresConnection {
  /// Copies rows out of the server, lending the bytes of one row at a time.
  ///
  /// When the receiver throws, the copy is cancelled and the session stays usable.
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
