import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct ValueTests {
  @Test(
    arguments: [
      ("null", "$1::text", .null, nil), ("text", "$1::text", "é \"x\" \\ \n", "é \"x\" \\ \n"),
      ("empty", "$1::text", "", ""), ("integer", "$1::int", 42, "42"),
      ("smallest", "$1::bigint", .integer(Int64.min), "-9223372036854775808"),
      ("double", "$1::float8", .double(0.1), "0.1"),
      ("infinite", "$1::float8", .double(-.infinity), "-Infinity"),
      ("not a number", "$1::float8", .double(.nan), "NaN"),
      ("tiny", "$1::float8", .double(.leastNonzeroMagnitude), "5e-324"),
      ("true", "$1::bool", true, "t"),
      ("bytes", "$1::bytea", .bytes([0, 255, 92, 39]), "\\x00ff5c27"),
      ("no bytes", "$1::bytea", .bytes([]), "\\x"),
      (
        "texts", "array_to_string($1::text[], '|', '-')",
        .textArray(["a\"b", nil, "", "NULL", "\\,{"]),
        "a\"b|-||NULL|\\,{"
      ),
      (
        "numbers", "array_to_string($1::bigint[], '|', '-')", .integerArray([1, nil, -3]), "1|-|-3"
      ),
      ("no texts", "cardinality($1::text[])", .textArray([]), "0"),
    ] as [(String, String, PostgresValue, String?)])
  func `a parameter arrives as it was`(
    name: String, sql: String, value: PostgresValue, expected: String?
  ) throws {
    var connection = try ScratchSchema.current.connect()
    let answer = try connection.query("select \(sql)", [value]) {
      try $0.textIfPresent(row: 0, column: 0)
    }
    #expect(answer == expected)
  }

  @Test func `a text with a NUL is refused before it is sent`() throws {
    var connection = try ScratchSchema.current.connect()
    for value in [PostgresValue.text("a\0b"), .textArray(["a\0b"])] {
      let error = #expect(throws: PostgresError.self) { try connection.run("select $1", [value]) }
      #expect(error?.code == .value)
      #expect(error?.message.contains("$1") == true)
    }
    let error = #expect(throws: PostgresError.self) { try connection.execute("select 1\0 drop") }
    #expect(error?.code == .value)
    #expect(connection.isUsable == true)
  }

  @Test func `more parameters than the protocol counts are refused`() throws {
    var connection = try ScratchSchema.current.connect()
    let values = [PostgresValue](repeating: 1, count: 65_536)
    let error = #expect(throws: PostgresError.self) { try connection.run("select 1", values) }
    #expect(error?.code == .value)
  }

  @Test(arguments: [ResultFormat.text, .binary])
  func `fields are read in either format`(format: ResultFormat) throws {
    var connection = try ScratchSchema.current.connect()
    let sql = """
      select (-2)::int2, 70000, (-5000000000)::int8, 4000000000::oid, true, false, 1.5::float4,
        -0.1::float8, 'é'::text, '{"a": 1}'::jsonb, null::int
      """
    try connection.query(sql, results: format) { result in
      let numbers = try (0..<4).map { try result.int(row: 0, column: $0) }
      #expect(numbers == [-2, 70000, -5_000_000_000, 4_000_000_000])
      try #expect(result.bool(row: 0, column: 4) == true)
      try #expect(result.bool(row: 0, column: 5) == false)
      try #expect(result.double(row: 0, column: 6) == 1.5)
      try #expect(result.double(row: 0, column: 7) == -0.1)
      try #expect(result.text(row: 0, column: 8) == "é")
      try #expect(result.text(row: 0, column: 9) == "{\"a\": 1}")
      try #expect(result.intIfPresent(row: 0, column: 10) == nil)
      try #expect(result.textIfPresent(row: 0, column: 10) == nil)
      try #expect(result.isNull(row: 0, column: 10) == true)
      try #expect(result.isNull(row: 0, column: 9) == false)
    }
  }

  @Test func `NULL is not zero, and what does not fit says where and not what`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.query("select null::int as n, 'secret'::text as s, 1.5 as d") { result in
      for attempt in [
        #expect(throws: PostgresError.self) { try result.int(row: 0, column: 0) },
        #expect(throws: PostgresError.self) { try result.int(row: 0, column: 1) },
        #expect(throws: PostgresError.self) { try result.int(row: 0, column: 2) },
        #expect(throws: PostgresError.self) { try result.bool(row: 0, column: 1) },
        #expect(throws: PostgresError.self) { try result.double(row: 0, column: 1) },
        #expect(throws: PostgresError.self) { try result.text(row: 0, column: 0) },
        #expect(throws: PostgresError.self) { try result.text(row: 1, column: 0) },
        #expect(throws: PostgresError.self) { try result.text(row: 0, column: 3) },
        #expect(throws: PostgresError.self) { try result.text(row: -1, column: -1) },
        #expect(throws: PostgresError.self) { try result.columnName(3) },
        #expect(throws: PostgresError.self) { try result.columnIndex("x") },
      ] {
        #expect(attempt?.code == .value)
        #expect(attempt?.debugDescription.contains("secret") == false)
      }
      let error = #expect(throws: PostgresError.self) { try result.int(row: 0, column: 0) }
      #expect(error?.message.contains("\"n\"") == true)
    }
  }

  @Test(arguments: [
    "plain", "Two Words", "qu\"ote", "back\\slash", "a'b", "'; drop table t; --", "é", "q\"\u{301}",
    "", "\\'", "new\nline", "$1", "q'\u{301}",
  ])
  func `quoted names and literals come back as they were`(text: String) throws {
    var connection = try ScratchSchema.current.connect()
    for conforming in ["on", "off"] {
      try connection.execute("set standard_conforming_strings = \(conforming)")
      let name = text.isEmpty ? "x" : text
      let sql = "select \(quoteLiteral(text)) as \(quoteIdentifier(name))"
      try connection.query(sql) { result in
        try #expect(result.text(row: 0, column: 0) == text)
        try #expect(result.columnName(0) == name)
      }
    }
  }
}
