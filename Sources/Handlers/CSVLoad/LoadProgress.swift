package import Datasets
internal import Postgres

/// How far a load has come, for somebody who watches.
package struct LoadProgress: Sendable {
  /// The bytes of the file that were read.
  package let bytes: Int
  /// The bytes it has, when that is known.
  package let size: Int?
  /// The records that were read.
  package let read: Int
  /// Those of them that were refused.
  package let rejected: Int
  /// The server's process that works for the load.
  package let backendID: Int

  package init(
    bytes: Int = 0, size: Int? = nil, read: Int = 0, rejected: Int = 0, backendID: Int
  ) {
    self.bytes = bytes
    self.size = size
    self.read = read
    self.rejected = rejected
    self.backendID = backendID
  }

  /// Is told when a load begins and after each piece of its file; what it throws ends the load.
  package typealias Watcher = (LoadProgress) throws -> Void
}

/// What the caller of a load wants otherwise than an event of S3 does.
package struct LoadOptions {
  /// The dataset, in place of the one that the file's name leads to.
  package var dataset: Dataset?
  /// Whether content that was loaded before is loaded again.
  package var isForced = false
  package var onProgress: LoadProgress.Watcher?

  package init() {}
}

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
