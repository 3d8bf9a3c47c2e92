package import Datasets
internal import Postgres

/// How far a load has come.
package struct LoadProgress: Sendable {
  /// The bytes of the file read so far.
  package var bytes = 0
  /// The bytes of the whole file, if known.
  package var size: Int?
  /// The records read so far.
  package var read = 0
  /// The records rejected so far.
  package var rejected = 0
  /// The server process that works for the load.
  package let backendID: Int

  /// Describes a load that has read nothing yet.
  package init(backendID: Int) { self.backendID = backendID }

  /// Called when a load begins and after each piece of its file; an error it throws ends the load.
  package typealias Watcher = (LoadProgress) throws -> Void
}

/// What a caller can ask of a load that an S3 event cannot.
package struct LoadOptions {
  /// The dataset to load, instead of the one that the file's name selects.
  package var dataset: Dataset?
  /// Whether to load content again that was loaded before.
  package var isForced = false
  package var onProgress: LoadProgress.Watcher?

  package init() {}
}

/// The name of a load's database session, which makes running loads visible to others.
package enum LoadName {
  package static let prefix = "sluice load "
  /// PostgreSQL truncates longer names.
  private static let length = 63

  /// The table and the end of the key, as much of both as fits.
  static func text(table: String, key: String) -> String {
    // A space ends the table name, so the name itself must not contain one.
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

  /// Application names are limited to printable ASCII.
  private static func ascii(_ text: String) -> [UInt8] {
    text.utf8.map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }
  }
}
