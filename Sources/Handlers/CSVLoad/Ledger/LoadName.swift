internal import Postgres

/// What the session of a load is called while it runs, so that others can see it.
package enum LoadName {
  package static let prefix = "sluice load "
  /// The longest name that a server keeps whole.
  private static let length = 63

  /// The table and the end of the key, as much of both as there is room for.
  static func text(table: String, key: String) -> String {
    // A blank ends the table, so it has none.
    let table = ascii(table).map { $0 == 0x20 ? UInt8(ascii: "?") : $0 }.prefix(
      length - prefix.utf8.count - 8)
    let room = length - prefix.utf8.count - table.count - 1
    let key = ascii(key)
    let end = key.count > room ? Array("...".utf8) + key.suffix(room - 3) : key
    return prefix + String(decoding: table, as: UTF8.self) + " "
      + String(decoding: end, as: UTF8.self)
  }

  /// Names the session until its transaction ends.
  static func set(
    table: String, key: String, _ connection: inout PostgresConnection
  ) throws {
    try connection.run(
      "SELECT set_config('application_name', $1, true)", [.text(text(table: table, key: key))])
  }

  /// The name of an application has printable characters of ASCII only.
  private static func ascii(_ text: String) -> [UInt8] {
    text.utf8.map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }
  }
}
