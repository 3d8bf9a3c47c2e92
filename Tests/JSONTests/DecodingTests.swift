import JSON
import Testing

@Suite struct DecodingTests {
  private struct Event: Decodable {
    let records: [Record]

    enum CodingKeys: String, CodingKey { case records = "Records" }
  }

  private struct Record: Decodable {
    let s3: Entity
  }

  private struct Entity: Decodable {
    let key: String
    let size: Int
    let kind: Kind?
  }

  private enum Kind: String, Decodable { case created, removed }

  @Test(arguments: [
    (#"{"Records":[{"s3":{"key":5,"size":1}}]}"#, "\"Records[0].s3.key\" should be a string"),
    (#"{"Records":[{"s3":{"size":1}}]}"#, "\"Records[0].s3.key\" is missing: it should be a value"),
    (
      #"{"Records":[{"s3":{"key":null,"size":1}}]}"#,
      "\"Records[0].s3.key\" is null: it should be a string"
    ),
    (
      #"{"Records":[{"s3":{"key":"a","size":"canary"}}]}"#,
      "\"Records[0].s3.size\" should be an integer"
    ),
    (
      #"{"Records":[{"s3":{"key":"a","size":12345.5}}]}"#,
      "\"Records[0].s3.size\" should be an integer"
    ),
    (
      #"{"Records":[{"s3":{"key":"a","size":99999999999999999999}}]}"#,
      "\"Records[0].s3.size\" should be a value in range"
    ),
    (
      #"{"Records":[{"s3":{"key":"a","size":1,"kind":"canary"}}]}"#,
      "\"Records[0].s3.kind\" should be a value in range"
    ),
    (#"{"Records":{}}"#, "\"Records\" should be an array"),
    (#"{"Records":[7]}"#, "\"Records[0]\" should be an object"),
    (#"[]"#, "the JSON text should be an object"),
    ("", "the text is not valid JSON: there should be a value at byte 0"),
    ("{", "the text is not valid JSON: there should be a key in quotes at byte 1"),
    (
      "{\"Records\":[]} canary",
      "the text is not valid JSON: there should be the end of the text at byte 15"
    ), ("\u{0}", "the text is not valid JSON: there should be a value at byte 0"),
  ])
  func `an error names the place and what belongs there, never the value`(
    text: String, description: String
  ) throws {
    let error = try #require(throws: JSONError.self) {
      try JSON.decode(Event.self, from: Array(text.utf8))
    }
    #expect(error.description == description)
  }

  @Test func `an error a type throws by itself is passed on`() {
    struct Picky: Decodable {
      init(from decoder: any Decoder) throws {
        throw JSONError(code: .rejected, path: decoder.codingPath, expected: "an even number")
      }
    }
    #expect(throws: JSONError(code: .rejected, path: "a[0]", expected: "an even number")) {
      try JSON.decode([String: [Picky]].self, from: Array(#"{"a":[1]}"#.utf8))
    }
  }

  @Test(arguments: [
    "[1,]", "[,1]", "{,}", #"{"a":1,}"#, #"{"a" 1}"#, #"{a:1}"#, "01", "+1", "1.", ".5", "1e",
    "1e+",
    "-", "--1", "0x1", "NaN", "nul", "truex", "'a'", #""a"#, #""\x""#, #""\u12g4""#, #""\ud800""#,
    #""\ud800\u0041""#, #""\udc00""#, "\"\n\"", "[", "]", "1 2", "\u{FEFF}1",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try JSON.decode(JSONValue.self, from: Array(text.utf8)) }
  }

  @Test func `a string that is no UTF-8 is refused`() {
    #expect(throws: JSONError.self) { try JSON.decode(String.self, from: [0x22, 0xFF, 0x22]) }
    #expect(throws: JSONError.self) {
      try JSON.decode(String.self, from: [0x22, 0x5C, 0x6E, 0xC3, 0x22])
    }
  }

  @Test func `every escape is understood`() throws {
    let text = #" "\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00 plain é" "#
    let expected = "\"\\/\u{8}\u{C}\n\r\tAé😀 plain é"
    #expect(try JSON.decode(String.self, from: Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    ("3.0", 3), ("3e2", 300), ("-0", 0), ("9223372036854775807", Int64.max),
    ("-9223372036854775808", Int64.min),
  ])
  func `an integer may be written as any number`(text: String, value: Int64) throws {
    #expect(try JSON.decode(Int64.self, from: Array(text.utf8)) == value)
  }

  @Test(arguments: ["1e400", "-1e400", "[1e400]", #"{"a":[1e400]}"#])
  func `a number no type can hold is an error, whatever value is asked for`(text: String) {
    #expect(throws: JSONError(code: .rejected, path: "", expected: "a value in range")) {
      try JSON.decode(JSONValue.self, from: Array(text.utf8))
    }
  }

  @Test func `of members with the same key the last counts, in small and large objects`() throws {
    for count in [2, 20] {
      let members = (0..<count).map { #""k":\#($0)"# }.joined(separator: ",")
      let object = try JSON.decode([String: Int].self, from: Array("{\(members)}".utf8))
      #expect(object == ["k": count - 1])
    }
  }

  @Test func `an object of texts and nulls is what its members are one by one`() throws {
    let texts = try JSON.decode(
      [String: String?].self, from: Array(#"{"a":"x","b":null,"a":"y","c":""}"#.utf8))
    let expected: [String: String?] = ["a": "y", "b": nil, "c": ""]
    #expect(texts == expected)
    #expect(texts.keys.contains("b"))
    let error = #expect(throws: JSONError.self) {
      try JSON.decode([String: String?].self, from: Array(#"{"a":"x","b":1}"#.utf8))
    }
    #expect(error?.description == "\"b\" should be a string")
  }

  @Test func `an element may be tried as one type and then as another`() throws {
    struct Mixed: Decodable {
      var texts: [String] = []
      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        while !list.isAtEnd {
          if try list.decodeNil() { continue }
          texts.append(try (try? list.decode(String.self)) ?? String(list.decode(Int.self)))
        }
      }
    }
    #expect(
      try JSON.decode(Mixed.self, from: Array(#"[1,"a",null,2]"#.utf8)).texts == ["1", "a", "2"])
  }

  @Test func `no bytes whatever stop the decoder`() {
    var seed: UInt64 = 7
    for _ in 0..<3000 {
      var bytes = Array(#"{"Records":[{"s3":{"key":"a\u00e9","size":1e2}}]}"#.utf8)
      for _ in 0..<3 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(seed >> 33) % bytes.count] = UInt8(truncatingIfNeeded: seed >> 25)
      }
      _ = try? JSON.decode(Event.self, from: bytes)
      _ = try? JSON.decode(JSONValue.self, from: bytes.span)
    }
  }

  @Test func `deep nesting is an error, not a crash`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: JSONError.self) { try JSON.decode(JSONValue.self, from: bytes) }
  }
}
