import CSV
import Datasets
import TestSupport
import Testing

/// Texts as fields of the types without declared forms, against PostgreSQL's input of the same text.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Conversion` {
  static let datetimes = [
    "2021-02-01T12:28:13Z", "2000-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z", "2020-02-29T00:00:00Z", "2021-11-07 02:48:42",
    "2021-11-07T02:48:42.1Z", "2021-11-07T02:48:42.120000000", "2021-11-07T02:48:42+02:00",
    "2021-11-07T02:48:42-0930", "2021-11-07T02:48:42.5+14", "1600-02-29T23:00:00Z",
  ]

  @Test func `times are what PostgreSQL reads in UTC`() throws {
    let ours = try ConversionRig.values(Self.datetimes, #""type":"datetime""#)
    #expect(ours == (try ConversionRig.oracle(Self.datetimes, "timestamptz")))
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
    #expect(try ConversionRig.values(dates, #""type":"date""#) == dates)
  }

  @Test func `what is no time is refused`() throws {
    let texts = [
      "yesterday", "now", "infinity", "2021-02-30T00:00:00Z", "2021-13-01T00:00:00Z",
      "2021-00-01T00:00:00Z", "2021-01-00T00:00:00Z", "2021-01-01T24:00:00Z",
      "2021-01-01T00:60:00Z", "2021-01-01T00:00:60Z", "2021-1-5T03:04:05Z", "2021-01-05",
      "2021-01-05T03:04", "2021-01-05T03:04:05z", "2021-01-05T03:04:05.Z",
      "2021-01-05T03:04:05.1234567Z", "2021-01-05T03:04:05+1", "2021-01-05T03:04:05+16:00",
      "2021-01-05T03:04:05+00:60", " 2021-01-05T03:04:05Z", "2021-01-05T03:04:05Z ",
      "0000-01-01T00:00:00Z", "1900-02-29T00:00:00Z", "2021-01-05T03:04:05ZZ", "20210105T030405Z",
      "2021/01/05T03:04:05Z", "-021-01-05T03:04:05Z", "2021-01-05T03:04:05+01:0",
    ]
    #expect(
      try ConversionRig.values(texts, #""type":"datetime""#) == texts.map { _ in "refused: type" })
  }

  /// Bytes that are looked at together must not make up for one another.
  @Test(arguments: [
    ("datetime", "2021-01-05T13:24:05Z"), ("date", "2021-01-05"), ("integer", "12345678"),
    ("number", "1234.567"), ("number", "12345678"),
  ])
  func `a character of two or three bytes stands for no digit`(type: String, text: String) throws {
    let bytes = Array(text.utf8)
    let scalars = (0x80...0x7FF).compactMap { Unicode.Scalar($0 as Int) } + ["€", "０", "\u{FFFD}"]
    var texts: [String] = []
    for scalar in scalars {
      let width = String(scalar).utf8.count
      for at in 0...bytes.count - width {
        texts.append(
          String(
            decoding: bytes[..<at] + String(scalar).utf8 + bytes[(at + width)...], as: UTF8.self))
      }
    }
    let values = try ConversionRig.values(texts, #""type":"\#(type)""#)
    let taken = zip(texts, values).filter { $0.1 != "refused: type" }.map(\.0)
    #expect(taken.isEmpty, "\(taken.count): \(taken.prefix(5))")
  }

  static let numbers = [
    "0", "-0", "1", "+1", "12.5", "-12.5", "0.0001", "0.00001", "10000", "9999.9999", "00012.3400",
    ".5", "5.", "123456789012345678901234567890.123456789", "-0.000", "1.10", "100000000", "0.1000",
    "1e5", "1E-5", "1.50e1", "-12.345e+10", "0e10", "123e-2", "0.00012e3", "1e-20", "99999e4",
    "1.5e-3", "0.5e0", "10e007",
  ]

  @Test func `numbers keep every digit and their scale`() throws {
    let ours = try ConversionRig.values(Self.numbers, #""type":"number""#)
    #expect(ours == (try ConversionRig.oracle(Self.numbers, "numeric")))
  }

  @Test func `what is no number is refused`() throws {
    let texts = [
      "-", ".", "1,5", "NaN", "Infinity", "INF", "0x10", "1 000", "1.2.3", "--1", "1e", "e5",
      "1e1.5", "1e5e5", "1e99999", "1e-1001", "1e1000", " 1", "1 ", "١",
      String(repeating: "9", count: 1001),
    ]
    #expect(
      try ConversionRig.values(texts, #""type":"number""#) == texts.map { _ in "refused: type" })
    #expect(try ConversionRig.values([""], #""type":"number""#) == ["NULL"])
  }

  @Test func `numbers of the longest form fit the row`() throws {
    let texts = [
      "1e999", "-1e-1000", String(repeating: "7", count: 1000),
      "0." + String(repeating: "3", count: 998),
    ]
    let ours = try ConversionRig.values(texts, #""type":"number""#)
    #expect(ours == (try ConversionRig.oracle(texts, "numeric")))
  }

  @Test func `integers reach to the ends of their range and no further`() throws {
    let texts = [
      "9223372036854775807", "-9223372036854775808", "9223372036854775808",
      "-9223372036854775809", "99999999999999999999999", "0000000000000000000000012", "-0", "+7",
      "12.0", " 1", "1 ", "", "-", "0x1", "1_000",
    ]
    #expect(
      try ConversionRig.values(texts, #""type":"integer""#) == [
        "9223372036854775807", "-9223372036854775808", "refused: type", "refused: type",
        "refused: type", "12", "0", "7", "refused: type", "refused: type", "refused: type", "NULL",
        "refused: type", "refused: type", "refused: type",
      ])
    #expect(
      try ConversionRig.values(
        ["0", "1", "2147483647", "2147483648", "x"],
        #""type":"integer","constraints":{"minimum":1,"maximum":2147483647}"#) == [
          "refused: minimum", "1", "2147483647", "refused: maximum", "refused: type",
        ])
  }

  @Test func `missing values are those declared nearest`() throws {
    func missing(_ field: String, _ schema: String, _ package: String) throws -> [[UInt8]] {
      let json = """
        {"name":"p",\(package)"resources":[{"name":"t","schema":{\(schema)"fields":[
        {"name":"k","type":"integer","constraints":{"required":true}},
        {"name":"v",\(field)"type":"string"}],"primaryKey":"k"}}]}
        """
      let package = try DataPackage(json: Array(json.utf8))
      return try #require(package.dataset(named: "t")?.fields.last).missingValues
    }
    let bytes = { (text: String) in Array(text.utf8) }
    #expect(try missing("", "", "") == [[]])
    #expect(try missing("", "", #""missingValues":["P"],"#) == [bytes("P")])
    #expect(
      try missing("", #""missingValues":["S","-"],"#, #""missingValues":["P"],"#)
        == [bytes("S"), bytes("-")])
    #expect(
      try missing(#""missingValues":[],"#, #""missingValues":["S"],"#, "") == [])
  }

  @Test func `a missing value is NULL before it is anything else`() throws {
    let texts = ["NA", "-", "", "1", "N\"A"]
    #expect(
      try ConversionRig.values(
        texts, #""type":"integer","missingValues":["NA","-","N\"A"]"#)
        == ["NULL", "NULL", "refused: type", "1", "NULL"])
    #expect(
      try ConversionRig.values(
        ["NA", ""], #""type":"string","missingValues":["NA"],"constraints":{"required":true}"#)
        == ["refused: missing", ""])
    let dataset = try ConversionRig.dataset(
      #""type":"string""#, dialect: #"{"nullSequence":"\\N"}"#)
    #expect(try ConversionRig.values(["\\N", "", "N"], of: dataset) == ["NULL", "NULL", "N"])
  }
}
