internal import CLibpq
internal import Glibc

/// Reads what libpq knows about a failure.
enum Diagnostics {
  /// One field of an error or a notice; the corresponding C function is `PQresultErrorField`.
  static func field(_ code: Character, of result: OpaquePointer) -> String? {
    guard let ascii = code.asciiValue,
      let text = unsafe PQresultErrorField(result, Int32(ascii))
    else { return nil }
    return unsafe String(cString: text)
  }

  /// The error a failed result describes.
  static func error(of result: OpaquePointer, on connection: OpaquePointer) -> PostgresError {
    let state = unsafe field("C", of: result).map(SQLState.init(rawValue:))
    // Results that libpq makes itself, when the session breaks, have no SQLSTATE.
    let lost = unsafe state == nil && PQstatus(connection) != CONNECTION_OK
    let text =
      unsafe field("M", of: result) ?? oneLine(String(cString: PQresultErrorMessage(result)))
    var error = PostgresError(
      lost ? .connection : state == nil ? .conversation : .server,
      text.isEmpty ? "the server gave no reason" : text, sqlState: state)
    error.severity = unsafe field("V", of: result) ?? field("S", of: result)
    error.detail = unsafe field("D", of: result)
    error.hint = unsafe field("H", of: result)
    error.context = unsafe field("W", of: result)
    error.schema = unsafe field("s", of: result)
    error.table = unsafe field("t", of: result)
    error.column = unsafe field("c", of: result)
    error.dataType = unsafe field("d", of: result)
    error.constraint = unsafe field("n", of: result)
    error.position = unsafe field("P", of: result).flatMap { Int($0) }
    return error
  }

  /// libpq's last words about the connection itself, on one line.
  static func message(of connection: OpaquePointer) -> String {
    guard let text = unsafe PQerrorMessage(connection) else { return "out of memory" }
    return unsafe oneLine(String(cString: text))
  }

  /// The text with line ends and the tabs after them made one space.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: { $0 == "\n" || $0 == "\t" || $0 == "\r\n" })
      .joined(separator: " ")
  }
}
