import Testing
import System

@Suite struct `Text search` {
  @Test(arguments: [
    ("", "x", [""]),
    ("abc", "x", ["abc"]),
    ("abc", "", ["abc"]),
    ("x", "x", ["", ""]),
    ("a://b://c", "://", ["a", "b", "c"]),
    ("aaa", "aa", ["", "a"]),
    ("héé!", "é", ["h", "", "!"]),
    ("short", "longer than it", ["short"]),
  ])
  func `pieces are what stands between`(text: String, separator: String, pieces: [String]) {
    #expect(text.pieces(between: separator) == pieces)
    #expect(text.holds(separator) == (separator.isEmpty || pieces.count > 1))
    #expect(text.substituting(separator, by: "-") == pieces.joined(separator: "-"))
  }

  @Test func `a quote is found under an accent, where a server sees one`() {
    #expect("'\u{301}; DROP".substituting("'", by: "''") == "''\u{301}; DROP")
  }
}
