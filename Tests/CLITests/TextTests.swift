import CLI
import JSON
import Testing

@Suite struct `Text` {
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
