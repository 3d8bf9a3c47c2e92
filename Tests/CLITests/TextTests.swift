import CLI
import JSON
import Testing

@Suite struct `Text` {
  @Test(arguments: [("a+b", "a b"), ("%41%zz%4", "A%zz%4"), ("%C3%A4", "ä"), ("", "")])
  func `percent text is decoded as forms are`(text: String, decoded: String) {
    #expect(PercentText.decode(text) == decoded)
  }

  @Test func `percent encoding comes back`() {
    let text = "a b/ü+%~_-."
    #expect(PercentText.encode(text) == "a%20b%2F%C3%BC%2B%25~_-.")
    #expect(PercentText.decode(PercentText.encode(text)) == text)
  }

  static let instants: [(seconds: Int64, text: String)] = [
    (0, "1970-01-01T00:00:00Z"), (1_609_459_199, "2020-12-31T23:59:59Z"),
    (1_582_934_400, "2020-02-29T00:00:00Z"), (951_827_696, "2000-02-29T12:34:56Z"),
    (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
    (-1, "1969-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
  ]

  @Test(arguments: instants)
  func `the calendar is Gregorian and UTC`(seconds: Int64, text: String) {
    #expect(WallClock(seconds: seconds).iso8601 == text)
  }

  @Test func `JSON is laid out without touching keys or numbers`() {
    let text = #"{"b":[1.50,{}, [],{"x" : "a,\"{\\"}],"a":null}"#
    #expect(
      JSONText.pretty(Array(text.utf8)) == #"""
        {
          "b": [
            1.50,
            {},
            [],
            {
              "x": "a,\"{\\"
            }
          ],
          "a": null
        }
        """#)
  }

  @Test(arguments: ["", "plain", "{", #"{"a":}"#])
  func `what is not JSON is shown as it is`(text: String) {
    #expect(JSONText.pretty(Array(text.utf8)) == text)
  }

  @Test func `an array of records becomes a table in the order of its keys`() throws {
    let json = #"[{"z":1,"a":"x","n":{"q":[1]}},{"a":"ÿ","z":null,"n":true}]"#
    let table = try #require(JSONText.table(Array(json.utf8)))
    #expect(table.columns == ["z", "a", "n"])
    #expect(table.rows == [["1", "x", #"{"q":[1]}"#], ["", "ÿ", "true"]])
    #expect(JSONText.table(Array("[1]".utf8)) == nil)
    #expect(JSONText.table(Array("{}".utf8)) == nil)
    #expect(JSONText.table(Array("[]".utf8))?.rows.isEmpty == true)
  }

  @Test func `a table is aligned and says what it leaves out`() {
    let rows = (1...12).map { ["\($0)", $0 == 1 ? "é" : "bb"] }
    let lines = TextTable(columns: ["n", "name"], rows: rows).text(limit: 2).split(separator: "\n")
    #expect(lines == ["  n  name", "  ─  ────", "  1  é", "  2  bb", "… and 10 more"])
  }

  static let names = [
    ("api", "api"), ("api:PROD", "api"),
    ("arn:aws:lambda:us-east-1:123456789012:function:api", "api"),
    ("arn:aws:lambda:us-east-1:123456789012:function:api:7", "api"), ("", ""),
  ]

  @Test(arguments: names)
  func `a function is found by name or ARN`(text: String, name: String) {
    #expect(FunctionARN.name(in: text) == name)
  }

  @Test func `identifiers have the form of UUIDs and differ`() {
    let all = (0..<50).map { _ in RandomID.uuid() }
    #expect(Set(all).count == 50)
    for identifier in all {
      #expect(
        identifier.wholeMatch(
          of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }
  }
}
