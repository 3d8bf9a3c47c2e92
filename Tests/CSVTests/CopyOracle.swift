import Postgres
import TestSupport

/// What PostgreSQL's own `COPY … (format csv)` makes of files, with every column text.
struct CopyOracle: ~Copyable {
  private var connection: PostgresConnection

  /// Works in the schema of the test that runs.
  init() throws { connection = try ScratchSchema.current.connect() }

  /// The version from which on a line of `\.` is data also in the middle of a CSV stream.
  var takesEndMarker: Bool { connection.serverVersion < 180_000 }

  /// One line a record, as `DescribedFile` writes it; nil when the server refuses the file.
  mutating func read(_ bytes: [UInt8], columns: Int) throws -> [String]? {
    let names = (1...columns).map { "c\($0)" }
    try connection.execute(
      """
      create temp table if not exists copied\(columns) (
        n bigserial, \(names.map { "\($0) text" }.joined(separator: ", ")));
      truncate copied\(columns) restart identity
      """)
    do {
      _ = try connection.copyIn(
        "copy copied\(columns) (\(names.joined(separator: ", "))) from stdin (format csv)"
      ) { try $0.write(bytes.span) }
    } catch let error as PostgresError where error.sqlState?.rawValue.hasPrefix("22") == true {
      return nil
    }
    let values = names.map { "coalesce(encode(textsend(\($0)), 'hex'), '-')" }
    return try connection.rows(
      "select concat_ws(',', \(values.joined(separator: ", "))) from copied\(columns) order by n"
    ) { row in try row.text() }
  }
}
