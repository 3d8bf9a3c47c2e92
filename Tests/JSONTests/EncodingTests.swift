import JSON
import Testing

@Suite struct EncodingTests {
  private struct Load: Codable, Equatable {
    var table = "jobs"
    var inserted = 3
    var share = 0.5
    var rejects: [Reject] = []
    var note: String?
    var nested: [String: [Int]] = [:]
  }

  private struct Reject: Codable, Equatable {
    let line: Int
    let reason: String
  }

  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSON.encode(value), as: UTF8.self)
  }

  @Test func `keys stand in the order of declaration and slashes are left alone`() throws {
    let load = Load(table: "a/b", rejects: [Reject(line: 7, reason: "no \"name\"\n")])
    #expect(
      try text(load)
        == #"{"table":"a/b","inserted":3,"share":0.5,"rejects":[{"line":7,"reason":"no \"name\"\n"}],"nested":{}}"#
    )
  }

  @Test func `what is encoded decodes to the same`() throws {
    let load = Load(
      table: "\u{0}\u{1F}\u{7F}é\u{1F468}\u{200D}\u{1F469}\u{2028}", inserted: .min,
      share: -1.5e-300,
      rejects: [Reject(line: .max, reason: "")], note: "n", nested: ["k": [1, 2], "": []])
    #expect(try JSON.decode(Load.self, from: try JSON.encode(load)) == load)
  }

  @Test(arguments: [
    (0.1, "0.1"), (3, "3"), (-0.0, "-0"), (1e20, "1e+20"), (Double.leastNonzeroMagnitude, "5e-324"),
    (9_007_199_254_740_992, "9007199254740992"),
  ])
  func `a number is written so that it reads back the same`(value: Double, expected: String) throws
  {
    #expect(try text([value]) == "[\(expected)]")
    #expect(try JSON.decode([Double].self, from: try JSON.encode([value])) == [value])
  }

  @Test func `scalars stand alone`() throws {
    #expect(try text("a") == #""a""#)
    #expect(try text(7) == "7")
    #expect(try text(UInt64.max) == "18446744073709551615")
    #expect(try text(Float(0.1)) == "0.1")
    #expect(try text(true) == "true")
    #expect(try text(String?.none) == "null")
    #expect(try text([Int]()) == "[]")
    #expect(try text([String: Int]()) == "{}")
  }

  @Test func `a number that is not finite is an error with its place`() {
    #expect(throws: JSONError(code: .unencodable, path: "a[1]", expected: "a finite number")) {
      try JSON.encode(["a": [1, Double.nan]])
    }
  }

  @Test func `containers of every kind can be nested by hand`() throws {
    struct Manual: Encodable {
      enum Key: CodingKey { case outer, list, sup }

      func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        var inner = object.nestedContainer(keyedBy: Key.self, forKey: .outer)
        var list = object.nestedUnkeyedContainer(forKey: .list)
        try list.encode(1)
        try inner.encode("late", forKey: .outer)
        try list.encodeNil()
        var deep = list.nestedUnkeyedContainer()
        try deep.encode(true)
        try "s".encode(to: object.superEncoder(forKey: .sup))
      }
    }
    #expect(try text(Manual()) == #"{"outer":{"outer":"late"},"list":[1,null,[true]],"sup":"s"}"#)
  }

  @Test func `any value survives the round trip`() throws {
    let value = JSONValue.object([
      "a": .array([.null, .bool(true), .integer(.max), .number(0.5), .string("x")]),
      "b": .object([:]),
    ])
    #expect(try JSON.decode(JSONValue.self, from: try JSON.encode(value)) == value)
    #expect(value["a"]?[4]?.string == "x")
    #expect(value["a"]?[5] == nil && value["c"] == nil && value[0] == nil)
  }
}
