import JSON
import LambdaEvents
import Testing

@Suite struct `An object's key` {
  @Test(arguments: [
    ("a.csv", "a.csv"),
    ("a+b.csv", "a b.csv"),
    ("a%2Bb.csv", "a+b.csv"),
    ("a%20b.csv", "a b.csv"),
    ("a%252Bb.csv", "a%2Bb.csv"),
    ("a%25+b.csv", "a% b.csv"),
    ("in%2Fa+b%2Bc+%C3%A9.csv", "in/a b+c é.csv"),
    ("in/a+b%2Bc+%c3%a9.csv", "in/a b+c é.csv"),
    ("%F0%9F%93%84.csv", "📄.csv"),
    ("e%CC%81.csv", "e\u{301}.csv"),
    ("a//b/../c/./d.csv", "a//b/../c/./d.csv"),
    ("/a.csv", "/a.csv"),
    ("folder/", "folder/"),
    ("a%0Ab%00.csv", "a\nb\0.csv"),
    ("né.csv", "né.csv"),
  ])
  func `fault 17: is decoded once, with plus as a space before percent`(
    rawKey: String, key: String
  ) throws {
    let object = try #require(try objects(decode(ObjectEvent.self, s3Event(rawKey: rawKey))).first)
    #expect(Array(object.key.utf8) == Array(key.utf8))
    #expect(Array(object.rawKey.utf8) == Array(rawKey.utf8))
  }

  @Test(arguments: [
    "100%.csv", "%", "%4", "a%zz.csv", "a%4", "%2", "%%20", "%C3.csv", "%FF", "%ED%A0%80",
  ])
  func `fault 17: that is no URL encoding of UTF-8 is refused, not guessed`(rawKey: String) throws {
    let error = try #require(throws: JSONError.self) {
      try decode(ObjectEvent.self, s3Event(rawKey: rawKey))
    }
    #expect(error.path == "Records[0].s3.object.key")
    #expect(error.expected.contains("URL encoding"))
    #expect(!"\(error)".contains(rawKey) || rawKey == "%")
  }

  @Test(arguments: ["a+b%20c%.csv", "100%25.csv", "a b+c é.csv"])
  func `fault 17: from EventBridge is the key itself and is not decoded`(key: String) throws {
    let event = try decode(
      ObjectEvent.self,
      """
      {"source":"aws.s3","detail-type":"Object Created",
      "detail":{"bucket":{"name":"b"},"object":{"key":"\(key)"}}}
      """)
    let object = try #require(try objects(event).first)
    #expect(object.key == key && object.rawKey == key)
  }

  @Test func `fault 17: comes back from any encoding of it`() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let scalars = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        Self.randomScalar(&random)
      }
      var key = ""
      key.unicodeScalars.append(contentsOf: scalars)
      let rawKey = key.utf8.map { Self.encoded($0, &random) }.joined()
      let event = try decode(ObjectEvent.self, s3Event(rawKey: rawKey))
      let object = try #require(try objects(event).first)
      #expect(Array(object.key.utf8) == Array(key.utf8))
    }
  }

  private static func randomScalar(_ random: inout some RandomNumberGenerator) -> Unicode.Scalar {
    let ranges: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x20...0x7E, 0x00...0x1F, 0x7F...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF,
      0x10000...0x10FFFF,
    ]
    let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
    return Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "?"
  }

  /// One of the forms in which an encoder may write a byte.
  private static func encoded(
    _ byte: UInt8, _ random: inout some RandomNumberGenerator
  ) -> String {
    if byte == UInt8(ascii: " "), Bool.random(using: &random) { return "+" }
    let isPlain =
      byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "+")
    if isPlain, Bool.random(using: &random) { return String(Unicode.Scalar(byte)) }
    let digits = String(byte, radix: 16, uppercase: Bool.random(using: &random))
    return "%" + (digits.count == 1 ? "0" : "") + digits
  }
}
