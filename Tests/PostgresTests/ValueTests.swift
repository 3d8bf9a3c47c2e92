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
    let answer = try connection.row("select \(sql)", [value]) { try $0.textIfPresent() }
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

  @Test func `fields are read as what they are`() throws {
    var connection = try ScratchSchema.current.connect()
    let sql = """
      select (-2)::int2, 70000, (-5000000000)::int8, 4000000000::oid, true, false, 1.5::float4,
        -0.1::float8, 'é'::text, '{"a": 1}'::jsonb, null::int
      """
    try connection.row(sql) { row in
      let numbers = try (0..<4).map { _ in try row.int() }
      #expect(numbers == [-2, 70000, -5_000_000_000, 4_000_000_000])
      let flags = try [row.bool(), row.bool()]
      #expect(flags == [true, false])
      let fractions = try [row.double(), row.double()]
      #expect(fractions == [1.5, -0.1])
      let texts = try [row.text(), row.text()]
      #expect(texts == ["é", "{\"a\": 1}"])
      let absent = try row.intIfPresent()
      #expect(absent == nil)
    }
    try connection.row("select 'ab'::bytea, 1", results: .binary) { row in
      let bytes = try row.bytesIfPresent()
      #expect(bytes == Array("ab".utf8))
      #expect(throws: PostgresError.self) { try row.int() }
    }
  }

  @Test func `NULL is not zero, and what does not fit says where and not what`() throws {
    var connection = try ScratchSchema.current.connect()
    let sql = "select null::int as n, 'secret'::text as s, 1.5 as d"
    func attempt(
      after columns: Int, _ read: (inout PostgresRow) throws -> Void
    ) throws -> PostgresError? {
      #expect(throws: PostgresError.self) {
        try connection.row(sql) { row in
          for _ in 0..<columns { _ = try row.textIfPresent() }
          try read(&row)
        }
      }
    }
    for error in try [
      attempt(after: 0) { _ = try $0.int() }, attempt(after: 0) { _ = try $0.text() },
      attempt(after: 1) { _ = try $0.int() }, attempt(after: 1) { _ = try $0.bool() },
      attempt(after: 1) { _ = try $0.double() }, attempt(after: 2) { _ = try $0.int() },
      attempt(after: 3) { _ = try $0.textIfPresent() },
    ] {
      #expect(error?.code == .value)
      #expect(error?.debugDescription.contains("secret") == false)
    }
    let none = #expect(throws: PostgresError.self) {
      try connection.row("select 1 where false") { try $0.int() }
    }
    #expect(none?.code == .value)
    try connection.query(sql) { result in
      let name = #expect(throws: PostgresError.self) { try result.columnName(3) }
      #expect(name?.code == .value)
    }
    let error = try attempt(after: 0) { _ = try $0.int() }
    #expect(error?.message.contains("\"n\"") == true)
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
        let value = try result.firstRow { try $0.text() }
        #expect(value == text)
        try #expect(result.columnName(0) == name)
      }
    }
  }
}
