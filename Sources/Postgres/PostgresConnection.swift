internal import CLibpq
internal import System

// How this works
//
// libpq runs in its non-blocking mode and every wait is a poll(2) of ours on its socket, so that a
// peer which went silent cannot hold us beyond the statement's limit, and closing never blocks.
// Each command ends with its results read to the end; the connection is then idle again, whatever
// the command did. `isUsable` says whether that succeeded.

/// Speaks to one PostgreSQL server over one session.
///
/// The session ends with the value. One statement runs at a time, which the compiler enforces.
@safe public struct PostgresConnection: ~Copyable {
  let handle: OpaquePointer
  let notices: NoticeReceiver
  // Not `= CommandState()`: an initializer that throws could not undo half a value.
  var command: CommandState
  var prepared: PreparedStatements

  /// Whether statements that ask for it are kept prepared at the server.
  public var preparesStatements: Bool

  /// Connects, and settles the session on UTF-8, ISO dates and UTC.
  ///
  /// Name resolution is the system's and is not bounded by the timeout; everything after it is.
  ///
  /// - Parameters:
  ///   - settings: Where the server is and who we are.
  ///   - connectTimeout: The time to have a session in, TLS and login included.
  ///   - onNotice: Called with each notice of the server, while a statement runs.
  /// - Throws: The reason, without the password.
  public init(
    _ settings: PostgresSettings, connectTimeout: Duration = .seconds(10),
    onNotice: @escaping @Sendable (PostgresNotice) -> Void = { _ in }
  ) throws(PostgresError) {
    self = try Self.open(settings, connectTimeout, onNotice)
  }

  init(handle: OpaquePointer, notices: NoticeReceiver) {
    unsafe self.handle = unsafe handle
    self.notices = notices
    command = CommandState()
    prepared = PreparedStatements()
    preparesStatements = true
    unsafe notices.attach(to: handle)
  }

  deinit { unsafe PQfinish(handle) }

  /// Whether the session can go on, as far as we know.
  public var isAlive: Bool { unsafe !command.isBroken && PQstatus(handle) == CONNECTION_OK }

  /// Whether the session is alive, idle and outside any transaction, as far as we know.
  public var isUsable: Bool {
    unsafe isAlive && PQtransactionStatus(handle) == PQTRANS_IDLE
      && PQpipelineStatus(handle) == PQ_PIPELINE_OFF
  }

  /// Whether a transaction is open, failed or not.
  public var isInTransaction: Bool {
    let status = unsafe PQtransactionStatus(handle)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  /// The server's version as one number: 150020 is 15.20.
  public var serverVersion: Int { unsafe Int(PQserverVersion(handle)) }

  /// The process that serves this session.
  public var backendID: Int { unsafe Int(PQbackendPID(handle)) }

  /// Whether the session is encrypted by TLS.
  public var isEncrypted: Bool { unsafe PQsslInUse(handle) == 1 }

  /// Runs one or more statements without parameters, and drops what they answer.
  ///
  /// Several statements without a `begin` are one transaction.
  ///
  /// The corresponding C function is `PQsendQuery`.
  public mutating func execute(_ sql: String) throws(PostgresError) {
    try begin(sql)
    try sent(unsafe PQsendQuery(handle, sql) == 1)
    _ = try collect()
  }

  /// Runs one statement and lends its result.
  ///
  /// The statement is over when the body begins, so the session is free again whatever it throws.
  ///
  /// The corresponding C function is `PQsendQueryParams`.
  public mutating func query<R>(
    _ sql: String, _ parameters: [PostgresValue] = [], results: ResultFormat = .text,
    _ body: (borrowing PostgresResult) throws -> R
  ) throws -> R {
    try body(try result(sql, parameters, results))
  }

  /// Runs one statement and says how many rows it touched.
  @discardableResult
  public mutating func run(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) throws(PostgresError) -> Int {
    try result(sql, parameters, .text).affectedRows
  }

  /// Limits how long all statements that follow can take together, until this is called again.
  ///
  /// The server cancels a statement when the time is over (SQLSTATE 57014, the session lives): before
  /// a statement, `statement_timeout` is set anew if it differs noticeably from the time left. Where
  /// the server does not answer by then, the session is given up a quarter of a second later.
  public mutating func setTimeLeft(_ limit: Duration) {
    command.deadline = .now + max(.zero, limit)
    command.limitsOnServer = true
  }

  /// Limits how long we wait for all statements that follow, and asks nothing of the server.
  ///
  /// For transactions that set `statement_timeout` themselves, without a round trip for it.
  public mutating func setClientTimeLeft(_ limit: Duration) {
    command.deadline = .now + max(.zero, limit)
    command.limitsOnServer = false
  }

  /// A limit as `statement_timeout` takes it: milliseconds, at least one, that fit its integer.
  public static func timeoutMilliseconds(_ limit: Duration) -> Int {
    min(max(1, limit.milliseconds), Int(Int32.max))
  }

  /// Asks the server whether it is there, with an empty statement; throws when it is not.
  public mutating func ping(timeout: Duration = .seconds(2)) throws(PostgresError) {
    try start("")
    command.end = .now + timeout
    try sent(unsafe PQsendQuery(handle, "") == 1)
    _ = try collect()
  }

  /// Asks the server to stop the statement that runs; its error then comes in the usual way.
  ///
  /// Opens a connection of its own for that, as the protocol wants; that may take as long as TCP
  /// takes to find out that nobody is there.
  ///
  /// The corresponding C function is `PQcancel`.
  public mutating func cancel() throws(PostgresError) {
    guard let request = unsafe PQgetCancel(handle) else {
      throw PostgresError(.connection, "the session is lost")
    }
    defer { unsafe PQfreeCancel(request) }
    var reason = [CChar](repeating: 0, count: 256)
    guard unsafe PQcancel(request, &reason, Int32(reason.count)) == 1 else {
      let text = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw PostgresError(.connection, Diagnostics.oneLine(String(decoding: text, as: UTF8.self)))
    }
  }
}
