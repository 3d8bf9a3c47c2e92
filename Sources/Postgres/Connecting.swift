internal import CLibpq
internal import Glibc
internal import System

extension PostgresSettings {
  /// Begins a connection; the corresponding C function is `PQconnectStartParams`.
  func startConnecting() throws(PostgresError) -> OpaquePointer {
    var arena: [UInt8] = []
    var offsets: [(keyword: Int, value: Int)] = []
    for option in options {
      guard !option.value.utf8.contains(0) else {
        throw PostgresError(.setting, "the connection's \(option.keyword) holds a NUL character")
      }
      let keyword = arena.count
      arena.append(contentsOf: option.keyword.utf8)
      arena.append(0)
      offsets.append((keyword, arena.count))
      arena.append(contentsOf: option.value.utf8)
      arena.append(0)
    }
    let handle = unsafe arena.withUnsafeBytes { bytes in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      // Both lists end with a null pointer.
      let keywords = unsafe offsets.map { unsafe start?.advanced(by: $0.keyword) } + [nil]
      let values = unsafe offsets.map { unsafe start?.advanced(by: $0.value) } + [nil]
      return unsafe PQconnectStartParams(keywords, values, 0)
    }
    guard let handle = unsafe handle else { throw PostgresError(.connection, "out of memory") }
    // The SQLSTATE of a refused login shows only in the verbose message.
    _ = unsafe PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    return unsafe handle
  }
}

extension PostgresConnection {
  /// Connects and settles the session.
  static func open(
    _ settings: PostgresSettings, _ timeout: Duration,
    _ onNotice: @escaping @Sendable (PostgresNotice) -> Void
  ) throws(PostgresError) -> PostgresConnection {
    // From here on a throw ends the session through `deinit`.
    var opened = unsafe PostgresConnection(
      handle: try settings.startConnecting(), notices: NoticeReceiver(onNotice))
    try opened.finishConnecting(settings, within: timeout)
    try opened.settleSession()
    opened.command.end = nil
    return opened
  }

  /// Brings the session up; the corresponding C function is `PQconnectPoll`.
  mutating func finishConnecting(
    _ settings: PostgresSettings, within timeout: Duration
  ) throws(PostgresError) {
    command.end = .now + min(timeout, settings.connectTimeout ?? timeout)
    // libpq asks to wait for writing before the first PQconnectPoll.
    var next = PGRES_POLLING_WRITING
    while next != PGRES_POLLING_OK {
      do throws(PostgresError) {
        switch next {
        case PGRES_POLLING_READING: _ = try wait(for: POLLIN)
        case PGRES_POLLING_WRITING: _ = try wait(for: POLLOUT)
        default: throw PostgresError(.connection, "")
        }
      } catch  where error.code == .timeout {
        throw PostgresError(.connection, "\(settings.destination) did not answer in time")
      } catch {
        throw refusedConnection(settings)
      }
      next = unsafe PQconnectPoll(handle)
    }
    _ = unsafe PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
    _ = unsafe PQsetnonblocking(handle, 1)
  }

  /// Puts the session into the state our SQL and our decoding rely on.
  ///
  /// The server reports some settings at login for nothing; only those that differ are set.
  mutating func settleSession() throws(PostgresError) {
    var sql = ""
    if parameter("client_encoding") != "UTF8" { sql += "set client_encoding = 'UTF8';" }
    if parameter("DateStyle")?.hasPrefix("ISO") != true { sql += "set datestyle = 'ISO, MDY';" }
    if !["UTC", "Etc/UTC"].contains(parameter("TimeZone")) { sql += "set timezone = 'UTC';" }
    if parameter("standard_conforming_strings") != "on" {
      sql += "set standard_conforming_strings = on;"
    }
    // An execution environment that is killed sends no farewell: the server must notice by itself
    // and let go of our locks, during a statement (a check that came with version 14) and between.
    if serverVersion >= 140_000 { sql += "set client_connection_check_interval = '5s';" }
    sql += "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10;"
    sql += "set tcp_keepalives_count = 3"
    try execute(sql)
  }

  /// A setting the server reports by itself; the corresponding C function is `PQparameterStatus`.
  private func parameter(_ name: String) -> String? {
    guard let value = unsafe PQparameterStatus(handle, name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Why the connection failed: libpq's message in its verbose form, taken apart.
  private func refusedConnection(_ settings: PostgresSettings) -> PostgresError {
    var text = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? "out of memory"
    // The source file and line in the server mean nothing to a reader of our log.
    text = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
      .joined(separator: "\n")
    var error = PostgresError(.connection, "")
    // "FATAL:  28P01: password authentication failed"; the severity may be translated. Where
    // several hosts were tried, the last one's code counts.
    var parts = text.pieces(between: ":  ")
    for index in parts.indices.dropFirst() {
      let code = parts[index].prefix(5)
      guard parts[index].dropFirst(5).hasPrefix(": "),
        code.utf8.count == 5, code.utf8.allSatisfy(\.isDigitOrCapital)
      else { continue }
      error.sqlState = SQLState(rawValue: String(code))
      parts[index] = String(parts[index].dropFirst(7))
    }
    text = parts.joined(separator: ": ")
    error.message = settings.redacting(Diagnostics.oneLine(text))
    return error
  }
}

extension UInt8 {
  fileprivate var isDigitOrCapital: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
  }
}
