internal import CLibpq
internal import Glibc

/// Says what a transaction may do and see.
public struct TransactionKind: Sendable {
  let sql: String

  // Not `read write`: a standby refuses to begin that, with an error that does not tell that it is
  // one, and an administrator's `default_transaction_read_only` would be passed over.

  /// Reads and writes, each statement seeing what was committed before it.
  public static let readWrite = TransactionKind(sql: "begin isolation level read committed")
  /// Reads only, all statements seeing one moment.
  public static let snapshot = TransactionKind(
    sql: "begin isolation level repeatable read read only")
}

extension PostgresConnection {
  /// Runs the body in a transaction: commits when it returns, rolls back when it throws.
  ///
  /// The error is always the body's, whatever the rollback does. A commit that fails has a code of
  /// its own: `commitRefused` when nothing was kept, `commitOutcomeUnknown` when the session was
  /// lost meanwhile.
  ///
  /// - Parameters:
  ///   - kind: What the transaction may do and see.
  ///   - attempts: How often to try while another transaction wins (a deadlock, a serialization
  ///     failure, a lock not to be had); each try is rolled back before the next. More than one
  ///     says that the body has no effect outside the transaction.
  ///   - body: The statements.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws, or why the commit failed.
  public mutating func transaction<R>(
    _ kind: TransactionKind = .readWrite, attempts: Int = 1,
    _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    var failures = 0
    while true {
      do {
        return try attempt(kind, body)
      } catch let error as PostgresError where error.isConflict && isUsable {
        failures += 1
        guard failures < attempts else { throw error }
        // Twice as long each time, at most 1.3 s, and never in step with the one who won.
        let longest = UInt32(20_000) << UInt32(min(failures - 1, 6))
        usleep(UInt32.random(in: longest / 2...longest))
      }
    }
  }

  private mutating func attempt<R>(
    _ kind: TransactionKind, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    guard !isInTransaction else {
      throw PostgresError(.conversation, "a transaction is already open")
    }
    try execute(kind.sql)
    let value: R
    do {
      value = try body(&self)
    } catch {
      rollBack()
      throw error
    }
    try commit()
    return value
  }

  /// Rolls back as well as it can be done; a session where it fails is no longer usable.
  private mutating func rollBack() {
    abortCopyIn("the transaction is rolled back")
    guard isInTransaction else { return }
    do throws(PostgresError) { try execute("rollback") } catch { command.isBroken = true }
  }

  private mutating func commit() throws(PostgresError) {
    do throws(PostgresError) {
      let tag = try result("commit", [], .text).commandTag
      guard tag != "ROLLBACK" else {
        // The body went on after an error of the server: its statement had ended the transaction.
        throw PostgresError(
          .server, "the transaction had failed earlier", sqlState: .inFailedSQLTransaction)
      }
    } catch {
      var error = error
      let isLost =
        unsafe command.isBroken || PQstatus(handle) != CONNECTION_OK || error.isConnectionLoss
      error.code = isLost ? .commitOutcomeUnknown : .commitRefused
      if !isLost { rollBack() }
      throw error
    }
  }
}
