import CSVLoad
import Datasets
import FeatureRigs
import LambdaRuntime
import Postgres
import TestSupport
import Testing

/// A table whose descriptor changes between two deployments.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Tables that follow their descriptor` {
  private static let id = #"{"name":"id","type":"integer","constraints":{"required":true}}"#

  private static func package(_ fields: String, key: String = #""id""#) -> String {
    """
    {"name":"p","resources":[{"name":"things","schema":{"fields":[\(fields)],"primaryKey":\(key)},
    "sluice":{"header":"auto"}}]}
    """
  }

  /// A worker of a package; a second one can share the first one's database.
  private static func rig(
    _ fields: String, key: String = #""id""#, on url: String? = nil
  ) throws -> LoaderRig {
    let file = try PackageFile(package(fields, key: key))
    var variables = ["SLUICE_DATAPACKAGE": file.path]
    variables["DATABASE_URL"] = url
    let rig = try LoaderRig(variables)
    withExtendedLifetime(file) {}
    return rig
  }

  private static func url(_ rig: borrowing LoaderRig) throws -> String {
    try #require(rig.variables["DATABASE_URL"])
  }

  private static func columns(_ rig: borrowing LoaderRig) throws -> [[String]] {
    try rig.database.rows(
      """
      SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
      WHERE attrelid = 'things'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
      """)
  }

  @Test func `a new nullable field becomes a column of a filled table`() throws {
    var old = try Self.rig(Self.id + #",{"name":"v","type":"string"}"#)
    #expect(try old.load("1,a\n2,b\n", as: "things.csv").status == "loaded")
    let fields =
      Self.id + #",{"name":"v","type":"string"},{"name":"at","type":"duration"}"#
      + #",{"name":"u","type":"integer","constraints":{"unique":true}}"#
    var new = try Self.rig(fields, on: Self.url(old))
    let report = try new.load("2,b,P1D,7\n3,c,,\n", as: "things.csv")
    #expect(report.outcome == [1, 1, 0, 0, 0], "\(report.value)")
    #expect(
      try old.database.rows("SELECT id, v, at, u FROM things ORDER BY id")
        == [["1", "a", "", ""], ["2", "b", "1 day", "7"], ["3", "c", "", ""]])
  }

  @Test func `every type makes its column, and finds it again`() throws {
    let types = [
      ("string", "", "text"), ("string", "email", "text"), ("string", "uuid", "uuid"),
      ("string", "binary", "bytea"), ("integer", "", "bigint"), ("number", "", "numeric"),
      ("boolean", "", "boolean"), ("date", "", "date"), ("time", "", "time without time zone"),
      ("datetime", "%s", "timestamp with time zone"), ("year", "", "integer"),
      ("yearmonth", "", "date"), ("duration", "", "interval"), ("object", "", "jsonb"),
      ("array", "", "jsonb"), ("geopoint", "", "point"), ("any", "", "text"),
    ]
    let fields = types.enumerated().map { index, type in
      let format = type.1.isEmpty ? "" : #","format":"\#(type.1)""#
      return #",{"name":"f\#(index)","type":"\#(type.0)"\#(format)}"#
    }.joined()
    var old = try Self.rig(Self.id + fields)
    let row = [
      "1", "a", "a@b.org", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "AQID", "5", "1.50", "true",
      "2021-01-05", "03:04:05", "0", "2021", "2021-02", "P1M", #""{""a"":1}""#, #""[1]""#,
      #""1, 2""#, "x",
    ].joined(separator: ",")
    #expect(try old.load("\(row)\n", as: "things.csv").outcome == [1, 0, 0, 0, 0])
    #expect(try Self.columns(old).dropFirst().map { $0[1] } == types.map(\.2))
    var new = try Self.rig(Self.id + fields, on: Self.url(old))
    #expect(try new.load("\(row)\n\n", as: "things.csv").outcome == [0, 0, 1, 0, 0])
    // A month is thirty days and equal places have no equality to the server's `=`.
    let changed = row.replacing("P1M", with: "P30D")
    #expect(try new.load("\(changed)\n", as: "things.csv").outcome == [0, 1, 0, 0, 0])
    let moved = changed.replacing("1, 2", with: "1, 2.5")
    #expect(try new.load("\(moved)\n", as: "things.csv").outcome == [0, 1, 0, 0, 0])
  }

  @Test func `a table that is as declared is used without a lock or a statement more`() throws {
    var old = try Self.rig(Self.id)
    #expect(try old.load("1\n", as: "things.csv").status == "loaded")
    var blocker = try PostgresConnection(try PostgresSettings(url: try Self.url(old)))
    _ = try blocker.query("SELECT pg_advisory_lock(hashtextextended('sluice.migrations', 0))") {
      _ in
    }
    var new = try Self.rig(Self.id, on: Self.url(old))
    #expect(try new.load("2\n", as: "things.csv").status == "loaded")
  }

  static let changes: [(String, String, String, [String])] = [
    (
      #"{"name":"id","type":"integer","constraints":{"required":true}},{"name":"v","type":"integer"}"#,
      #""id""#,
      #"field "v": is text in public."things"; expected bigint. To change it, run: ALTER TABLE public."things" ALTER COLUMN "v" TYPE bigint USING "v"::text::bigint"#,
      ["v", "bigint", "f"]
    ),
    (
      #"{"name":"id","type":"integer","constraints":{"required":true}},{"name":"v","constraints":{"required":true}}"#,
      #""id""#,
      #"is required, and public."things" allows it to be NULL. Where no row is, run: ALTER TABLE public."things" ALTER COLUMN "v" SET NOT NULL"#,
      ["v", "text", "t"]
    ),
    (
      #"{"name":"id","type":"integer","constraints":{"required":true}},{"name":"v","constraints":{"unique":true}}"#,
      #""id""#,
      #"run: ALTER TABLE public."things" ADD UNIQUE ("v") DEFERRABLE INITIALLY IMMEDIATE"#,
      ["v", "text", "f"]
    ),
    (
      #"{"name":"id","type":"integer","constraints":{"required":true}},{"name":"v"},{"name":"w","type":"year","constraints":{"required":true}}"#,
      #""id""#,
      #"field "w": is new and required, and public."things" holds rows that have no value for it"#,
      ["w", "integer", "t"]
    ),
    (
      #"{"name":"id","type":"integer","constraints":{"required":true}},{"name":"v","constraints":{"required":true}}"#,
      #"["v","id"]"#, #"the primaryKey is v, id"#, ["v", "text", "t"]
    ),
    (
      #"{"name":"id","type":"string","constraints":{"required":true}},{"name":"v"}"#,
      #""id""#, #"field "id": is bigint in public."things"; expected text"#, ["id", "text", "t"]
    ),
    (
      #"{"name":"v","constraints":{"required":true}}"#, #""v""#, "ALTER TABLE public.\"things\" ",
      ["v", "text", "t"]
    ),
    (
      #"{"name":"id","type":"integer"},{"name":"v","constraints":{"required":true}}"#, #""v""#,
      "the primaryKey is v, and", ["id", "bigint", "f"]
    ),
  ]

  @Test(arguments: changes)
  func `what could lose values is done on an empty table and refused on a filled one`(
    _ fields: String, _ key: String, _ expected: String, _ column: [String]
  ) throws {
    for isFilled in [false, true] {
      var old = try Self.rig(Self.id + #",{"name":"v","type":"string"}"#)
      #expect(try old.load(isFilled ? "1,a\n" : "id,v\n", as: "things.csv").status == "loaded")
      let before = try Self.columns(old)
      var new = try Self.rig(fields, key: key, on: Self.url(old))
      let eTag = try new.upload("7,7,7\n", as: "things.csv")
      let event = new.notification("things.csv", eTag: eTag)
      guard isFilled else {
        _ = try new.report(event)
        let columns = try Self.columns(old)
        #expect(columns.contains(column), "\(columns)")
        continue
      }
      let fault = try #require(throws: LoadFault.self) { _ = try new.invoke(event) }
      #expect(fault.code == .tableMismatch && fault.isRetriable)
      #expect(fault.message.contains(expected), "\(fault.message)")
      #expect(try Self.columns(old) == before)
      #expect(try new.report(event).returned == 1)
    }
  }

  @Test func `rules that rows had to keep are dropped`() throws {
    let strict = #",{"name":"v","type":"string","constraints":{"required":true,"unique":true}}"#
    var old = try Self.rig(Self.id + strict)
    #expect(try old.load("1,a\n", as: "things.csv").status == "loaded")
    var new = try Self.rig(Self.id + #",{"name":"v","type":"string"}"#, on: Self.url(old))
    #expect(try new.load("2,a\n3,\n", as: "things.csv").outcome == [2, 0, 0, 0, 0])
  }

  @Test func `an integer that had wider bounds keeps its column`() throws {
    var old = try Self.rig(Self.id)
    #expect(try old.load("5000000000\n", as: "things.csv").status == "loaded")
    let narrow =
      #"{"name":"id","type":"integer","constraints":{"required":true,"minimum":0,"maximum":9}}"#
    var new = try Self.rig(narrow, on: Self.url(old))
    #expect(try new.load("5\n", as: "things.csv").outcome == [1, 0, 0, 0, 0])
  }

  @Test(
    arguments: [
      (
        "CREATE TABLE things (id bigint PRIMARY KEY, v text, own text NOT NULL)",
        #"field "own": stands in public."things" and is not declared"#
      ),
      ("CREATE TABLE things (id bigint PRIMARY KEY, v varchar(5))", "character varying(5)"),
      ("CREATE TABLE things (id bigint, v text)", "the primaryKey is id, and that"),
      (
        "CREATE TABLE things (id bigint PRIMARY KEY, v text GENERATED ALWAYS AS ('x') STORED)",
        "is computed"
      ),
      ("CREATE VIEW things AS SELECT 1::bigint AS id, 'a' AS v", "is no table"),
      (
        "CREATE TABLE things (id bigint PRIMARY KEY, v text, own bigint NOT NULL DEFAULT 1, n text)",
        nil
      ),
      (
        "CREATE TABLE things (id bigint PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE p PARTITION OF things FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        nil
      ),
    ] as [(String, String?)])
  func `fault 42: a table that somebody else changed is held to the descriptor`(
    _ table: String, _ expected: String?
  ) throws {
    var rig = try Self.rig(Self.id + #",{"name":"v","type":"string"}"#)
    try rig.database.execute(table)
    if !table.contains("VIEW"), !table.contains("own text") {
      try rig.database.execute("INSERT INTO things (id) VALUES (9)")
    } else if table.contains("own text") {
      try rig.database.execute("INSERT INTO things (id, own) VALUES (9, '')")
    }
    let eTag = try rig.upload("1,a\n", as: "things.csv")
    let event = rig.notification("things.csv", eTag: eTag)
    if let expected {
      let fault = try #require(throws: LoadFault.self) { _ = try rig.invoke(event) }
      #expect(fault.message.contains(expected), "\(fault.message)")
    } else {
      #expect(try rig.report(event).outcome == [1, 0, 0, 0, 0])
    }
  }

  @Test func `two workers that bring a new column come to the same table`() async throws {
    var old = try Self.rig(Self.id)
    #expect(try old.load("1\n", as: "things.csv").status == "loaded")
    let file = try PackageFile(Self.package(Self.id + #",{"name":"v","type":"string"}"#))
    let rig = try LoaderRig(["SLUICE_DATAPACKAGE": file.path, "DATABASE_URL": Self.url(old)])
    let statuses = try await rig.pair("2,b\n", as: "things.csv")
    #expect(statuses == ["already-loaded", "loaded"])
    #expect(try Self.columns(old).map { $0[0] } == ["id", "v"])
  }
}

extension LoaderRig {
  /// Two handlers on two threads, one event; their statuses in order.
  fileprivate consuming func pair(_ rows: String, as key: String) async throws -> [String] {
    var first = self
    let eTag = try first.upload(rows, as: key)
    let event = try first.batch([first.notification(key, eTag: eTag)])
    let variables = first.variables
    async let one = Self.statuses(event, variables)
    async let two = Self.statuses(event, variables)
    return try await [one, two].sorted()
  }
}
