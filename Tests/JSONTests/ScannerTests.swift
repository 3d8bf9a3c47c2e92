import JSON
import TestSupport
import Testing

@Suite struct ScannerTests {
  private static let text = #"""
    {"id": "a\"b\\", "n": [1, -2.5e+3, 0], "deep": {"list": [[], {}, [null, true, false]]},
     "long": "twenty-six letters and a \u00e9, then some more", "": "" }
    """#

  @Test func `members are given with their keys, and skipping passes whole values`() throws {
    let bytes = Array(Self.text.utf8)
    var members: [String: String] = [:]
    var scanner = JSONScanner()
    try scanner.eachMember(bytes.span) { (scanner, key) throws(JSONError) in
      let value = try scanner.skipValue(bytes.span)
      members[String(decoding: bytes[key], as: UTF8.self)] = String(
        decoding: bytes[value], as: UTF8.self)
    }
    try scanner.finish(bytes.span)
    #expect(members["id"] == #""a\"b\\""#)
    #expect(members["n"] == "[1, -2.5e+3, 0]")
    #expect(members["deep"] == #"{"list": [[], {}, [null, true, false]]}"#)
    #expect(members[""] == "\"\"")
    #expect(members.count == 5)
  }

  @Test func `a string is read without its escapes, and nothing else is a string`() throws {
    let bytes = Array(#" ["\u00e9\n\ud83d\udef6", 5]"#.utf8)
    var scanner = JSONScanner()
    var texts: [String] = []
    let error = try #require(throws: JSONError.self) {
      try scanner.eachElement(bytes.span) { (scanner) throws(JSONError) in
        texts.append(try scanner.string(bytes.span))
      }
    }
    #expect(texts == ["é\n🛶"])
    #expect("\(error)" == "the text is not valid JSON: there should be a string at byte 26")
  }

  @Test func `kinds are told by the first byte`() throws {
    let kinds: [(String, JSONScanner.Kind)] = [
      ("{}", .object), ("[]", .array), ("\"\"", .string), (" -1", .number), ("0", .number),
      ("true", .bool), ("false", .bool), ("\nnull", .null),
    ]
    for (text, kind) in kinds {
      var scanner = JSONScanner()
      #expect(try scanner.kind(Array(text.utf8).span) == kind)
    }
  }

  @Test func `skipping takes and refuses what decoding does, at the same byte`() throws {
    var random = SeededRandom(seed: 7)
    let whole = Array(Self.text.utf8)
    let replacements = Array(#""\{}[]:,0 1eE.-+tfnu"#.utf8) + [0x00, 0x1F, 0x0A]
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = replacements[Int.random(in: 0..<replacements.count, using: &random)]
      }
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
      }
      let decoded = Result { () throws(JSONError) in
        _ = try JSON.decode(JSONValue.self, from: bytes)
      }
      let skipped = Result { () throws(JSONError) in
        var scanner = JSONScanner()
        try scanner.skipValue(bytes.span)
        try scanner.finish(bytes.span)
      }
      switch (decoded, skipped) {
      case (.success, .success): break
      case (.failure(let one), .failure(let other)):
        refused += 1
        #expect(one == other)
      // A number without end is one to the scanner.
      case (.failure(let one), .success): #expect(one.code != .malformed)
      case (.success, .failure(let other)): Issue.record("only refused by skipping: \(other)")
      }
    }
    #expect(refused > 10_000)
  }

  @Test func `nesting without end is refused`() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: JSONError.self) {
      var scanner = JSONScanner()
      try scanner.skipValue(bytes.span)
    }
  }
}
