import System
import Testing

@Suite struct `Percent-encoding` {
  @Test func `what is encoded is decoded to the same`() throws {
    let text = "a b/ü+%~_-.\u{0}\u{1F600}"
    #expect(PercentEncoding.component(text) == "a%20b%2F%C3%BC%2B%25~_-.%00%F0%9F%98%80")
    #expect(PercentEncoding.path("/a b//c") == "/a%20b//c")
    #expect(PercentEncoding.query([("a", "b c"), ("d", "")]) == "a=b%20c&d=")
    for plus in [PercentEncoding.Plus.isSpace, .isLiteral] {
      #expect(try PercentEncoding.decode(PercentEncoding.component(text).utf8, plus: plus) == text)
    }
  }

  @Test(arguments: [("a+b%2b", "a b+", "a+b+"), ("%c3%BC", "ü", "ü"), ("", "", "")])
  func `a plus is a space in queries alone`(encoded: String, query: String, path: String) throws {
    #expect(try PercentEncoding.decode(encoded.utf8, plus: .isSpace) == query)
    #expect(try PercentEncoding.decode(encoded.utf8, plus: .isLiteral) == path)
  }

  @Test(arguments: [
    ("ab%", PercentEncoding.Fault.badEscape(offset: 2)), ("%4", .badEscape(offset: 0)),
    ("%41%4g", .badEscape(offset: 3)), ("%ff", .notUTF8), ("%C3", .notUTF8),
  ])
  func `what is no escape is refused where it stands`(
    encoded: String, fault: PercentEncoding.Fault
  ) {
    #expect(throws: fault) { try PercentEncoding.decode(encoded.utf8, plus: .isLiteral) }
  }
}
