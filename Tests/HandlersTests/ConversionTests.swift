import CSV
import Handlers
import Postgres
import TestSupport
import Testing

/// Texts as fields of each type, judged against PostgreSQL's own input of the same text.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Conversion` {
  /// A dataset with a key and one field of a type.
  static func dataset(_ type: String) throws -> Dataset {
    let json = """
      {"name":"p","resources":[{"name":"t","schema":{"fields":[
      {"name":"k","type":"integer","constraints":{"required":true}},
      {"name":"v",\(type)}],"primaryKey":"k"}}]}
      """
    let package = try DataPackage(json: Array(json.utf8))
    return try #require(package.dataset(named: "t"))
  }

  /// Runs texts through the parser, the encoder and COPY, and gives each value as PostgreSQL sees
  /// it, or the code it was refused with.
  static func values(_ texts: [String], _ type: String) throws -> [String] {
    let dataset = try dataset(type)
    var encoder = RowEncoder(dataset, sources: [0, 1])
    var rows = RowBuffer()
    rows.appendHeader()
    var values: [String] = Array(repeating: "lost", count: texts.count)
    let file = texts.enumerated().map { index, text in
      "\(index),\"\(text.replacing("\"", with: "\"\""))\"\n"
    }.joined()
    var parser = CSVParser()
    let bytes = Array(file.utf8)
    parser.consume(bytes.span) { batch in
      var index = 0
      while index < batch.count {
        let number = batch.number(at: index) - 1
        switch encoder.encode(batch, from: index, into: &rows, limit: .max) {
        case .refused(let refused, let fault):
          values[number + refused - index] = "refused: \(fault.code.rawValue)"
          index = refused + 1
        case .end, .full: index = batch.count
        }
      }
    }
    rows.appendTrailer()
    let scratch = try ScratchDatabase()
    var connection = try PostgresConnection(try PostgresSettings(url: scratch.url))
    try connection.execute(
      "CREATE TABLE t (k bigint, v \(try #require(dataset.fields.last).type.columnType))")
    try connection.beginCopyIn("COPY t FROM STDIN (FORMAT binary)")
    try rows.withBytes { bytes in try connection.putCopy(bytes) }
    _ = try connection.endCopyIn()
    try connection.query("SELECT k, coalesce(v::text, 'NULL') FROM t") { result in
      for row in 0..<result.rowCount {
        values[try result.int(row: row, column: 0)] = try result.text(row: row, column: 1)
      }
    }
    return values
  }

  /// What PostgreSQL makes of the same text, for those that were not refused.
  static func oracle(_ texts: [String], _ type: String) throws -> [String] {
    let scratch = try ScratchDatabase()
    var connection = try PostgresConnection(try PostgresSettings(url: scratch.url))
    return try texts.map { text in
      try connection.query("SELECT $1::\(type)::text", [.text(text)]) { result in
        try result.text(row: 0, column: 0)
      }
    }
  }

  static let datetimes = [
    "2021-02-01T12:28:13Z", "2000-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z", "2020-02-29T00:00:00Z", "2021-11-07 02:48:42",
    "2021-11-07T02:48:42.1Z", "2021-11-07T02:48:42.120000000", "2021-11-07T02:48:42+02:00",
    "2021-11-07T02:48:42-0930", "2021-11-07T02:48:42.5+14", "1600-02-29T23:00:00Z",
  ]

  @Test func `times are what PostgreSQL reads in UTC`() throws {
    let ours = try Self.values(Self.datetimes, #""type":"datetime""#)
    #expect(ours == (try Self.oracle(Self.datetimes, "timestamptz")))
  }

  @Test func `every day of four centuries is the day PostgreSQL reads`() throws {
    var dates: [String] = []
    for year in stride(from: 1890, through: 2110, by: 1) + [1, 4, 100, 400, 1600, 9999] {
      for month in 1...12 {
        for day in [1, 28] {
          let digits = { (number: Int, width: Int) in
            String(repeating: "0", count: width - String(number).utf8.count) + String(number)
          }
          dates.append("\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))")
        }
      }
    }
    #expect(try Self.values(dates, #""type":"date""#) == dates)
  }

  @Test(arguments: [
    "yesterday", "now", "infinity", "2021-02-30T00:00:00Z", "2021-13-01T00:00:00Z",
    "2021-00-01T00:00:00Z", "2021-01-00T00:00:00Z", "2021-01-01T24:00:00Z", "2021-01-01T00:60:00Z",
    "2021-01-01T00:00:60Z", "2021-1-5T03:04:05Z", "2021-01-05", "2021-01-05T03:04",
    "2021-01-05T03:04:05z", "2021-01-05T03:04:05.Z", "2021-01-05T03:04:05.1234567Z",
    "2021-01-05T03:04:05+1", "2021-01-05T03:04:05+16:00", "2021-01-05T03:04:05+00:60",
    " 2021-01-05T03:04:05Z", "2021-01-05T03:04:05Z ", "0000-01-01T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2021-01-05T03:04:05ZZ", "20210105T030405Z", "2021/01/05T03:04:05Z", "-021-01-05T03:04:05Z",
  ])
  func `what is no time is refused`(_ text: String) throws {
    #expect(try Self.values([text], #""type":"datetime""#) == ["refused: type"])
  }

  static let numbers = [
    "0", "-0", "1", "+1", "12.5", "-12.5", "0.0001", "0.00001", "10000", "9999.9999", "00012.3400",
    ".5", "5.", "123456789012345678901234567890.123456789", "-0.000", "1.10", "100000000", "0.1000",
  ]

  @Test func `numbers keep every digit and their scale`() throws {
    let ours = try Self.values(Self.numbers, #""type":"number""#)
    #expect(ours == (try Self.oracle(Self.numbers, "numeric")))
  }

  @Test(arguments: ["", "-", ".", "1,5", "1e5", "NaN", "Infinity", "0x10", "1 000", "1.2.3", "--1"])
  func `what is no number is refused`(_ text: String) throws {
    let expected = text.isEmpty ? "NULL" : "refused: type"
    #expect(try Self.values([text], #""type":"number""#) == [expected])
  }

  @Test func `integers reach to the ends of their range and no further`() throws {
    let texts = [
      "9223372036854775807", "-9223372036854775808", "9223372036854775808",
      "-9223372036854775809", "99999999999999999999999", "0000000000000000000000012", "-0", "+7",
      "12.0", " 1", "1 ", "", "-", "0x1", "1_000",
    ]
    #expect(
      try Self.values(texts, #""type":"integer""#) == [
        "9223372036854775807", "-9223372036854775808", "refused: type", "refused: type",
        "refused: type", "12", "0", "7", "refused: type", "refused: type", "refused: type", "NULL",
        "refused: type", "refused: type", "refused: type",
      ])
    #expect(
      try Self.values(
        ["0", "1", "2147483647", "2147483648"],
        #""type":"integer","constraints":{"minimum":1,"maximum":2147483647}"#) == [
          "refused: type", "1", "2147483647", "refused: type",
        ])
  }

  @Test func `booleans, identifiers and ruled texts are judged`() throws {
    #expect(
      try Self.values(
        ["true", "FALSE", "1", "0", "True", "tRUE", "yes", "t"], #""type":"boolean""#) == [
          "true", "false", "true", "false", "true", "refused: type", "refused: type",
          "refused: type",
        ])
    #expect(
      try Self.values(
        [
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
          "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g",
        ], #""type":"string","format":"uuid""#) == [
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
          "refused: type", "refused: type",
        ])
    #expect(
      try Self.values(
        ["ab", "é\"x", "a", "abcd"],
        #""type":"string","constraints":{"minLength":2,"maxLength":3}"#) == [
          "ab", "é\"x", "refused: type", "refused: type",
        ])
    #expect(
      try Self.values(
        ["on", "off", "of"], #""type":"string","constraints":{"enum":["on","off"]}"#) == [
          "on", "off", "refused: type",
        ])
  }

  @Test func `missing values are those declared`() throws {
    let json = """
      {"name":"p","resources":[{"name":"t","schema":{"missingValues":["NA","-"],"fields":[
      {"name":"k","type":"integer","constraints":{"required":true}},
      {"name":"v","type":"string"}],"primaryKey":"k"}}]}
      """
    let dataset = try #require(try DataPackage(json: Array(json.utf8)).dataset(named: "t"))
    #expect(dataset.missingValues == [Array("NA".utf8), Array("-".utf8)])
    var encoder = RowEncoder(dataset, sources: [0, 1])
    var parser = CSVParser()
    var codes: [String] = []
    let bytes = Array("NA,x\n1,-\n2,\n,y\n".utf8)
    parser.consume(bytes.span) { batch in
      for index in 0..<batch.count {
        var rows = RowBuffer()
        if case .refused(let at, let fault) = encoder.encode(
          batch, from: index, into: &rows, limit: 1), at == index
        {
          codes.append(fault.code.rawValue)
        } else {
          codes.append("ok")
        }
      }
    }
    #expect(codes == ["missing", "ok", "ok", "type"])
  }
}
