import TestSupport

/// A table with a column of every type that a backup keeps.
struct EveryType {
  /// Types with some of their values, of which those at the end are not everybody's.
  static let columns: [(type: String, common: [String], extreme: [String])] = [
    ("boolean", ["true", "false"], []),
    ("smallint", ["0", "-32768", "32767"], []),
    ("integer", ["-2147483648", "2147483647"], []),
    ("bigint", ["-9223372036854775808", "9223372036854775807", "1"], []),
    ("real", ["1.1", "-0", "1e-45"], ["NaN", "-Infinity"]),
    ("double precision", ["0.1", "-0", "5e-324", "1.7976931348623157e308"], ["NaN", "Infinity"]),
    ("text", ["", "é\u{1F600}\n\t\\", "NULL", String(repeating: "long ", count: 900)], []),
    ("character varying(10)", ["", "ten chars."], []),
    ("character(5)", ["a", "abcde", "é"], []),
    ("bytea", ["\\x", "\\x00ff0a", "\\x5c5c"], []),
    (
      "uuid",
      ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"], []
    ),
    (
      "date", ["1970-01-01", "0001-01-01", "9999-12-31", "1969-12-31"],
      ["infinity", "-infinity", "4713-01-01 BC", "5874897-12-31"]
    ),
    ("time without time zone", ["00:00:00", "23:59:59.999999"], ["24:00:00"]),
    (
      "timestamp with time zone",
      ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"],
      ["infinity", "-infinity", "4713-01-01T00:00:00Z BC", "294276-12-31T23:59:59.999999Z"]
    ),
    (
      "timestamp without time zone", ["1969-12-31T23:59:59.999999", "2021-02-03T04:05:06"],
      ["infinity", "4713-01-01T00:00:00 BC"]
    ),
    ("numeric", ["1.50", "1.5", "-0.00", "1e-30", "123456789012345678901234567890.5"], ["NaN"]),
    ("numeric(10,2)", ["1.50", "-99999999.99"], []),
    (
      "interval",
      ["1 mon 2 days 03:04:05.000006", "-1 mons +2 days -03:00:00", "30 days", "1 mon"], []
    ),
    ("json", [#"{"b": 1,  "a":1.50}"#, "null"], []),
    ("jsonb", [#"{"b": 1, "a": [1.50, "é", null]}"#, "\"x\""], []),
    ("point", ["(0.1,-0)", "(1e300,5e-324)"], ["(NaN,Infinity)"]),
    ("time with time zone", ["12:00:00.5+05:30", "00:00:00-12"], ["24:00:00+00"]),
    ("text[]", ["{}", #"{"a,b",NULL,"\"","NULL"}"#, "[2:3]={x,y}", "{{a,b},{c,d}}"], []),
    ("integer[]", ["{1,2,NULL}", "{}"], []),
    ("double precision[]", ["{0.1,-0}", "{5e-324}"], ["{NaN,Infinity}"]),
    ("numeric[]", ["{1.50,1.5}"], ["{NaN}"]),
    ("timestamp with time zone[]", ["{2021-02-03T04:05:06Z}"], ["{infinity}"]),
    ("uuid[]", ["{00000000-0000-0000-0000-000000000000}"], []),
    ("boolean[]", ["{t,f,NULL}"], []),
  ]

  static let table = "every \"kind\" there"
  static let sql = #""every ""kind"" there""#

  static let create = """
    CREATE TABLE \(sql) (
      id bigint GENERATED ALWAYS AS IDENTITY, "a b" text COLLATE "C" NOT NULL, a_b integer,
      "1st" integer GENERATED ALWAYS AS (a_b * 2) STORED,
      \(columns.indices.map { "c\($0) \(columns[$0].type)" }.joined(separator: ", ")),
      PRIMARY KEY ("a b", id))
    """

  /// Rows in which values are drawn from those of their types, or are NULL.
  static func insert(_ rows: Int, seed: UInt64, isExtreme: Bool) -> String {
    var random = SeededRandom(seed: seed)
    var lines: [String] = []
    for row in 0..<rows {
      var values = ["'k\(Int.random(in: 0..<9, using: &random))'", "\(row)"]
      for column in columns {
        let some = column.common + (isExtreme ? column.extreme : [])
        let isNull = Int.random(in: 0..<5, using: &random) == 0
        let value = some[Int.random(in: 0..<some.count, using: &random)]
        values.append(isNull ? "NULL" : "'\(value.replacing("'", with: "''"))'")
      }
      lines.append("(\(values.joined(separator: ", ")))")
    }
    let names = columns.indices.map { "c\($0)" }.joined(separator: ", ")
    return "INSERT INTO \(sql) (\"a b\", a_b, \(names)) VALUES \(lines.joined(separator: ", "))"
  }
}
