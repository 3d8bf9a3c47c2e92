internal import CLibpq
internal import Glibc
internal import System

/// What a connection remembers of the command that runs, or ran last.
struct CommandState {
  /// The statement, for errors.
  var statement = ""
  /// When the last of the statements has to be over; nil is never.
  var deadline: Instant?
  /// Whether the server is to keep to the deadline too.
  var limitsOnServer = false
  /// The `statement_timeout` that the session has; nil when that is not known.
  var serverLimit: Duration?
  /// When we stop waiting for the command that runs.
  var end: Instant?
  /// Set when the conversation was given up half-way.
  var isBroken = false
  var copy = CopyInState()
}

/// The waits and the reading of results that every command shares.
extension PostgresConnection {
  /// How much longer than to the deadline we wait for the server to say that it is over.
  private static var answerGrace: Duration { .milliseconds(250) }
  /// How far the server's limit can be off before it is set anew; less than the grace.
  private static var limitTolerance: Duration { .milliseconds(200) }

  /// Notes the statement and starts its clock, after the server was told the time that is left.
  mutating func begin(_ sql: String) throws(PostgresError) {
    try limitOnServer()
    try start(sql)
  }

  /// Sets `statement_timeout` to the time left, unless it is that already.
  private mutating func limitOnServer() throws(PostgresError) {
    guard command.limitsOnServer, let deadline = command.deadline, !command.copy.isActive,
      // A failed transaction takes nothing but its end.
      unsafe PQtransactionStatus(handle) != PQTRANS_INERROR
    else { return }
    let left = deadline - .now
    if let limit = command.serverLimit {
      let difference = left > limit ? left - limit : limit - left
      guard difference > Self.limitTolerance else { return }
    }
    let milliseconds = Self.timeoutMilliseconds(left)
    let statement = "set statement_timeout = \(milliseconds)"
    try start(statement)
    try sent(unsafe PQsendQuery(handle, statement) == 1)
    _ = try collect()
    command.serverLimit = .milliseconds(milliseconds)
  }

  /// Notes the statement and starts its clock.
  mutating func start(_ sql: String) throws(PostgresError) {
    guard !command.isBroken else {
      throw PostgresError(.connection, "the session was given up earlier")
    }
    guard !command.copy.isActive else {
      throw PostgresError(.conversation, "a COPY is running; end or abort it first")
    }
    guard !sql.utf8.contains(0) else {
      throw PostgresError(.value, "the statement holds a NUL character")
    }
    command.statement = sql
    command.end = command.deadline.map { $0 + Self.answerGrace }
  }

  /// Follows a PQsend… with the writing of all it has buffered.
  mutating func sent(_ success: Bool) throws(PostgresError) {
    guard success else { throw lastError() }
    try flush()
  }

  /// Runs one statement and takes its result; the session is idle again.
  mutating func result(
    _ sql: String, _ parameters: [PostgresValue], _ results: ResultFormat
  ) throws(PostgresError) -> PostgresResult {
    try begin(sql)
    let arena = try ParameterArena(parameters)
    try sent(unsafe arena.send(sql, .whole, results, on: handle))
    guard let result = try collect() else {
      throw PostgresError(.conversation, "the server answered nothing")
    }
    return result
  }

  /// Writes everything libpq has buffered; the corresponding C function is `PQflush`.
  mutating func flush() throws(PostgresError) {
    while true {
      switch unsafe PQflush(handle) {
      case 0: return
      case 1:
        // The server may be waiting for us to read before it reads on.
        let ready = try wait(for: POLLIN | POLLOUT)
        if ready & POLLIN != 0 {
          noteInput()
          _ = unsafe PQconsumeInput(handle)
        }
      default: throw lastError()
      }
    }
  }

  /// The next result of the command, nil when the command is over.
  mutating func nextResult() throws(PostgresError) -> PostgresResult? {
    while unsafe PQisBusy(handle) == 1 { try awaitInput() }
    guard let result = unsafe PQgetResult(handle) else { return nil }
    return unsafe PostgresResult(result)
  }

  /// Waits until the server has said something, and takes it in.
  mutating func awaitInput() throws(PostgresError) {
    _ = try wait(for: POLLIN)
    if unsafe PQconsumeInput(handle) == 0, unsafe PQisBusy(handle) == 1 { throw lastError() }
  }

  /// Reads the results of a command to the end and answers with the last one.
  ///
  /// - Throws: The first error among them.
  mutating func collect() throws(PostgresError) -> PostgresResult? {
    var last: PostgresResult?
    var failure: PostgresError?
    do throws(PostgresError) {
      while let result = try nextResult() {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
          // What was set since the transaction or the savepoint began is taken back.
          if result.commandTag == "ROLLBACK" { command.serverLimit = nil }
          last = consume result
        case PGRES_COPY_IN:
          failure = failure ?? PostgresError(.conversation, "COPY FROM STDIN needs beginCopyIn")
          _ = unsafe PQputCopyEnd(handle, "this call cannot send rows")
          try flush()
        case PGRES_COPY_OUT:
          failure = failure ?? PostgresError(.conversation, "COPY TO STDOUT needs copyOut")
          try discardCopyOut()
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR:
          failure = failure ?? self.failure(of: result)
          // After a failover this session still speaks to the old primary: only a new one helps.
          if failure?.isReadOnly == true { command.isBroken = true }
        default:
          command.isBroken = true
          throw PostgresError(.conversation, "the server answered out of turn")
        }
      }
    } catch {
      // What the server said before it went away is the reason that it went away.
      throw failure ?? error
    }
    if let failure { throw failure }
    return last
  }

  /// Whether something came without being asked for, as a server's last words do.
  var hasUnreadInput: Bool {
    var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)
    return unsafe poll(&descriptor, 1, 0) != 0
  }

  /// Waits for the socket, at most until the command's end, and says what it is ready for.
  ///
  /// Over TLS that may be nothing: it is then worth trying to read all the same.
  mutating func wait(for events: Int32) throws(PostgresError) -> Int32 {
    var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
    guard descriptor.fd >= 0 else { throw lastError() }
    // TLS may hold bytes that the socket no longer shows: look again soon.
    let longest: Duration? = isEncrypted ? .milliseconds(20) : nil
    while true {
      var patience = longest
      if let end = command.end {
        let remaining = end - .now
        guard remaining > .zero else { throw giveUp() }
        patience = min(remaining, patience ?? remaining)
      }
      let milliseconds = patience.map { Int32(clamping: $0.milliseconds + 1) } ?? -1
      let ready = unsafe poll(&descriptor, 1, milliseconds)
      if ready > 0 { return Int32(descriptor.revents) | (descriptor.isDown ? events : 0) }
      if ready == 0, longest != nil { return 0 }
      if ready < 0, errno != EINTR {
        throw PostgresError(.connection, "poll: \(SystemError(code: errno))")
      }
    }
  }

  /// Marks the session as lost because the server is silent.
  private mutating func giveUp() -> PostgresError {
    command.isBroken = true
    return explained(PostgresError(.timeout, "the server did not answer in time"))
  }

  /// libpq's last error about the session.
  mutating func lastError() -> PostgresError {
    let lost = unsafe PQstatus(handle) != CONNECTION_OK
    return explained(
      PostgresError(
        lost ? .connection : .conversation, unsafe Diagnostics.message(of: handle)))
  }

  /// What a failed result says.
  func failure(of result: borrowing PostgresResult) -> PostgresError {
    unsafe explained(Diagnostics.error(of: result.handle, on: handle))
  }

  /// Adds the statement to an error.
  func explained(_ error: PostgresError) -> PostgresError {
    var error = error
    error.sql = command.statement
    return error
  }
}

extension pollfd {
  /// Whether the other side hung up or the socket failed; reading and writing then tell why.
  var isDown: Bool { Int32(revents) & (POLLHUP | POLLERR | POLLNVAL) != 0 }
}
