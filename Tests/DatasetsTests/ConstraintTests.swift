import Datasets
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Constraints` {
  static let cases: [FieldTexts] = [
    FieldTexts(
      #""type":"string","constraints":{"minLength":2,"maxLength":3}"#,
      [
        "ab": "ab",
        "é\"x": "é\"x",
        "a": "min-length",
        "abcd": "max-length",
        "😀😀": "😀😀",
      ]),
    FieldTexts(
      #""type":"string","constraints":{"enum":["on","off","\"x\""]}"#,
      [
        "on": "on",
        "off": "off",
        "\"x\"": "\"x\"",
        "of": "enum",
        "On": "enum",
      ]),
    FieldTexts(
      #""type":"string","constraints":{"pattern":"[A-Z]{2}[0-9]+"}"#,
      [
        "AB1": "AB1",
        "AB": "pattern",
        "xAB1": "pattern",
        "AB1x": "pattern",
        "AB1\n": "pattern",
      ]),
    FieldTexts(
      #""type":"string","format":"email","constraints":{"pattern":".*@example\\.org","maxLength":15}"#,
      [
        "a@example.org": "a@example.org",
        "a@example.com": "pattern",
        "abcd@example.org": "max-length",
        "example.org": "type",
      ]),
    FieldTexts(
      #""type":"string","format":"uuid","constraints":{"pattern":"a.*"}"#,
      [
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11": "pattern",
      ]),
    FieldTexts(
      #""type":"integer","constraints":{"minimum":-5,"maximum":"10","enum":[-5,7,"10"]}"#,
      [
        "-5": "-5",
        "007": "7",
        "10": "10",
        "-6": "minimum",
        "11": "maximum",
        "8": "enum",
      ]),
    FieldTexts(
      #""type":"integer","constraints":{"minimum":3000000000}"#,
      [
        "3000000000": "3000000000",
        "2999999999": "minimum",
      ]),
    FieldTexts(
      #""type":"number","constraints":{"minimum":-1.5,"maximum":"100.25"}"#,
      [
        "-1.5": "-1.5",
        "-1.50": "-1.50",
        "-1.500001": "minimum",
        "-2": "minimum",
        "0": "0",
        "-0.0": "0.0",
        "100.25": "100.25",
        "100.2500001": "maximum",
        "1e3": "maximum",
        "99999": "maximum",
        "0.0001": "0.0001",
        "1.0025e2": "100.25",
        "-1e9": "minimum",
      ]),
    FieldTexts(
      #""type":"number","constraints":{"minimum":0.00012,"maximum":0.5}"#,
      [
        "0.00012": "0.00012",
        "0.000119": "minimum",
        "0": "minimum",
        "0.50": "0.50",
        "0.51": "maximum",
      ]),
    FieldTexts(
      #""type":"number","decimalChar":",","groupChar":".","constraints":{"maximum":1.234,"enum":["1,2",1.1]}"#,
      [
        "1,2": "1.2",
        "1,20": "1.20",
        "1,1": "1.1",
        "1,3": "maximum",
        "1": "enum",
      ]),
    FieldTexts(
      #""type":"boolean","trueValues":["ja"],"falseValues":["nein"],"constraints":{"enum":[true]}"#,
      [
        "ja": "true",
        "nein": "enum",
      ]),
    FieldTexts(
      #""type":"date","constraints":{"minimum":"2020-02-29","maximum":"2021-01-01"}"#,
      [
        "2020-02-29": "2020-02-29",
        "2020-02-28": "minimum",
        "2021-01-01": "2021-01-01",
        "2021-01-02": "maximum",
        "1999-12-31": "minimum",
      ]),
    FieldTexts(
      #""type":"date","format":"%d.%m.%Y","constraints":{"minimum":"01.02.2020","maximum":"2020-12-31"}"#,
      [
        "01.02.2020": "2020-02-01",
        "31.01.2020": "minimum",
        "01.01.2021": "maximum",
      ]),
    FieldTexts(
      #""type":"time","constraints":{"minimum":"09:00:00","maximum":"17:00:00"}"#,
      [
        "09:00:00": "09:00:00",
        "08:59:59.999999": "minimum",
        "17:00:00.000001": "maximum",
      ]),
    FieldTexts(
      #""type":"datetime","constraints":{"minimum":"2020-01-01T00:00:00Z","enum":["2020-01-01T01:00:00+01:00"]}"#,
      [
        "2020-01-01T00:00:00": "2020-01-01 00:00:00+00",
        "2019-12-31T23:59:59": "minimum",
        "2020-01-01T00:00:01": "enum",
      ]),
    FieldTexts(
      #""type":"year","constraints":{"minimum":1900,"maximum":"2100"}"#,
      [
        "1900": "1900",
        "1899": "minimum",
        "2101": "maximum",
        "-0044": "minimum",
      ]),
    FieldTexts(
      #""type":"yearmonth","constraints":{"minimum":"2020-02"}"#,
      [
        "2020-02": "2020-02-01",
        "2020-01": "minimum",
      ]),
    FieldTexts(
      #""type":"duration","constraints":{"minimum":"PT1H","maximum":"P1M"}"#,
      [
        "PT60M": "PT1H",
        "PT59M": "minimum",
        "P30D": "P30D",
        "P31D": "maximum",
        "-P1D": "minimum",
        "P1MT1S": "maximum",
      ]),
    FieldTexts(
      #""type":"object","constraints":{"minLength":1,"maxLength":2}"#,
      [
        #"{"a": 1}"#: #"{"a": 1}"#,
        "{}": "min-length",
        #"{"a":1,"b":2,"c":3}"#: "max-length",
      ]),
    FieldTexts(
      #""type":"array","constraints":{"maxLength":2}"#,
      [
        "[1, [2, 3, 4]]": "[1, [2, 3, 4]]",
        "[1,2,3]": "max-length",
      ]),
    FieldTexts(
      #""type":"any","constraints":{"enum":["a"]}"#,
      [
        "a": "a",
        "b": "enum",
        "": "NULL",
      ]),
    FieldTexts(
      #""type":"string","constraints":{"required":true}"#,
      [
        "a": "a",
        "": "missing",
      ]),
  ]

  @Test(arguments: cases)
  func `a constraint keeps what it allows, and tells what it refuses by its own code`(
    _ field: FieldTexts
  ) throws {
    try field.check()
  }

  @Test func `a long enumeration finds each of its values and no other`() throws {
    let allowed = (0..<500).map { $0 * 7 }
    let list = allowed.map(String.init).joined(separator: ",")
    let texts = (0..<3600).map(String.init)
    for type in ["integer", "number"] {
      let values = try ConversionRig.values(
        texts, #""type":"\#(type)","constraints":{"enum":[\#(list)]}"#)
      for (text, value) in zip(texts, values) {
        let isAllowed = (Int(text) ?? 0) % 7 == 0 && (Int(text) ?? 0) < 3500
        #expect(value == (isAllowed ? text : "refused: enum"), "\(text) of \(type)")
      }
    }
  }

  static let faulty: [(String, String)] = [
    (
      #""type":"string","constraints":{"minimum":1}"#,
      #"the constraint "minimum" is not supported for a string"#
    ),
    (
      #""type":"integer","constraints":{"minLength":1}"#,
      #""minLength" is not supported for an integer"#
    ),
    (
      #""type":"integer","constraints":{"pattern":"1"}"#,
      #""pattern" is not supported for an integer"#
    ),
    (#""type":"object","constraints":{"enum":[{}]}"#, #""enum" is not supported for an object"#),
    (
      #""type":"geopoint","constraints":{"unique":true}"#,
      #""unique" is not supported for a geopoint"#
    ),
    (#""type":"any","constraints":{"maxLength":1}"#, #""maxLength" is not supported for any"#),
    (
      #""type":"integer","constraints":{"minimum":"x"}"#,
      #"the key "minimum" of the constraints: expected an integer"#
    ),
    (#""type":"integer","constraints":{"minimum":1.5}"#, "expected an integer"),
    (#""type":"date","constraints":{"maximum":"2021-02-30"}"#, "expected a date as YYYY-MM-DD"),
    (#""type":"date","constraints":{"maximum":20210101}"#, "expected a date as YYYY-MM-DD"),
    (#""type":"number","constraints":{"minimum":2,"maximum":1}"#, "minimum 2 is above maximum 1"),
    (#""type":"duration","constraints":{"minimum":"P1M","maximum":"P29D"}"#, "is above"),
    (
      #""type":"string","constraints":{"minLength":3,"maxLength":2}"#,
      "minLength 3 is above maxLength 2"
    ),
    (#""type":"string","constraints":{"minLength":-1}"#, "a whole number from 0 on"),
    (#""type":"integer","constraints":{"enum":[1,"x"]}"#, "value 2 of enum: expected an integer"),
    (#""type":"integer","constraints":{"enum":[]}"#, "at least one value"),
    (#""type":"integer","constraints":{"enum":1}"#, "expected a list"),
    (#""type":"boolean","constraints":{"enum":["ja"]}"#, "value 1 of enum: expected true"),
    (
      #""type":"string","constraints":{"pattern":"(a"}"#, #"pattern "(a": a ( that is never closed"#
    ),
    (#""type":"string","constraints":{"required":"yes"}"#, "expected true or false"),
    (
      #""type":"string","constraints":{"exclusiveMinimum":1}"#,
      #"the key "exclusiveMinimum" of the constraints is not supported"#
    ),
    (#""type":"string","constraints":[]"#, "the constraints: expected an object"),
    (#""type":"boolean","trueValues":["0"]"#, "none that is both"),
    (#""type":"boolean","trueValues":[]"#, "at least one of each"),
    (#""type":"number","decimalChar":",","groupChar":",""#, "two different characters"),
    (#""type":"number","decimalChar":"1""#, "one character that is no digit"),
    (#""type":"number","groupChar":"--""#, "one character that is no digit"),
    (
      #""type":"string","trueValues":["a"]"#, #"the key "trueValues" of the field is not supported"#
    ),
    (#""type":"string","missingValues":"NA""#, "expected a list"),
  ]

  @Test(arguments: faulty)
  func `a constraint without meaning is a fault of the descriptor`(
    _ field: String, _ expected: String
  ) throws {
    let fault = try #require(throws: DataPackageFault.self) { try ConversionRig.dataset(field) }
    #expect(fault.message.contains(expected), "\(fault.message)")
    #expect(fault.resource == "t" && fault.field == "v")
  }
}
