import Datasets
import Postgres
import TestSupport
import Testing

@Suite struct `Text patterns` {
  static let matches: [(String, KeyValuePairs<String, Bool>)] = [
    ("", ["": true, "a": false]),
    ("abc", ["abc": true, "ab": false, "abcd": false, "xabc": false]),
    ("^abc$", ["abc": true, "^abc$": false]),
    ("^a|b$", ["a": true, "b": true, "ab": false, "ax": false]),
    ("a|bc|", ["a": true, "bc": true, "": true, "abc": false]),
    ("(ab)+c?", ["ab": true, "ababc": true, "c": false, "": false]),
    ("(?:ab){2,3}", ["ab": false, "abab": true, "ababab": true, "abababab": false]),
    ("a{2}", ["a": false, "aa": true, "aaa": false]),
    ("a{2,}", ["a": false, "aa": true, "aaaaaa": true]),
    ("a{0,2}b{0}", ["": true, "aa": true, "aab": false, "aaa": false]),
    ("(a?){3}", ["": true, "aaa": true, "aaaa": false]),
    ("(a*)*b", ["b": true, "aaab": true, "aaa": false]),
    ("[a-c]x[^a-c]", ["bxd": true, "bxb": false, "dxd": false]),
    ("[-a]+", ["-a-": true, "b": false]), ("[a-]+", ["-a-": true, "b": false]),
    ("[a-z-[aeiou]]+", ["xyz": true, "xaz": false, "-": false]),
    ("[^a-z-[0-9]]", ["A": true, "a": false, "5": false]),
    (#"[\[\]\-\\^]+"#, ["[]-\\^": true, "a": false]),
    (#"\d{3}-\d\D"#, ["123-4x": true, "123-45": false, "12-4x": false, "١٢٣-٤x": true]),
    (#"\w+"#, ["aé1$": true, "a_b": false, "a b": false, "": false]),
    (#"[\w_-]+"#, ["a_b-c": true, "a b": false]),
    (#"\s\S"#, [" a": true, "\ta": true, "a ": false, "\u{a0}a": false]),
    (#"\i\c*"#, ["a-b.1": true, "1a": false, "_x": true, "é": true]),
    (#"\I\C"#, ["1 ": true, "a ": false]),
    (#"\p{Lu}\p{Ll}*"#, ["Élan": true, "élan": false]),
    (#"\P{L}+[\p{Sc}]"#, ["12€": true, "a€": false]),
    (".", ["a": true, "é": true, "😀": true, "\n": false, "\r": false, "ab": false]),
    (#"a\.b\$\/\@"#, ["a.b$/@": true, "axb$/@": false]),
    (#"\n\r\t"#, ["\n\r\t": true]),
    ("[а-я]+", ["мир": true, "mir": false]),
    ("[^x]", ["😀": true, "x": false]),
    (
      ".{0,500}",
      [
        "": true, String(repeating: "é", count: 500): true,
        String(repeating: "a", count: 501): false,
      ]
    ),
  ]

  @Test(arguments: matches)
  func `a pattern matches whole values`(
    _ pattern: String, _ texts: KeyValuePairs<String, Bool>
  ) throws {
    for (text, expected) in texts {
      #expect(try TextPattern(pattern).matches(text) == expected, "\(pattern) on \(text)")
    }
  }

  static let faulty: [(String, String)] = [
    ("(a", "never closed, at character 3"), ("a)", "without its ("), ("[a", "never closed"),
    ("[]", "an empty class"), ("[z-a]", "does not go upwards"), ("[a[b]]", "inside a class"),
    ("*a", "nothing to repeat"), ("a**", "lazy and possessive"), ("a+?", "lazy and possessive"),
    ("a{,3}", "not {n}"), ("a{3", "not {n}"), ("a{3,2}", "repetition of 3 to 2"),
    ("a{x}", "not {n}"),
    ("a}", "closes nothing"), ("a]", "closes nothing"), ("(?=a)", "look-ahead"),
    ("(?i)a", "look-ahead"),
    (#"\bx"#, #"a \b"#), (#"(a)\1"#, #"a \1"#), (#"\p{Foo}"#, "no category"),
    (#"\pL"#, "without its"),
    (#"\p{IsGreek}"#, "a Unicode block"), ("a^b", "a ^ inside"), ("(^a)", "a ^ inside"),
    ("a$b", "a $ inside"),
    ("\\", "backslash at the end"), ("[a-z-[b]c]", "after a subtracted class"), (#"[\d-x]"#, ""),
    ("(a{30}){40}", "too large"), ("((){1000}){1000}", "too large"), ("a{99999999999}", "not {n}"),
    (String(repeating: "(", count: 200), "less nesting"),
    (String(repeating: "a", count: 10_001), "longer than"),
  ]

  @Test(arguments: faulty)
  func `what XML Schema does not have is refused`(_ pattern: String, _ expected: String) {
    do {
      _ = try TextPattern(pattern)
      #expect(expected.isEmpty, "\(pattern) was taken")
    } catch {
      #expect(error.message.contains(expected), "\(pattern): \(error.message)")
    }
  }

  @Test func `no pattern takes longer than its text is long`() throws {
    // Each of these would keep a backtracking matcher busy for longer than the world has stood.
    let text = String(repeating: "a", count: 50_000) + "!"
    for pattern in ["(a+)+", "(a|aa)*", "(a*)*b", "(a|a?)+b", "(.*)*x", "((a{1,30}){1,30})*b"] {
      #expect(try !TextPattern(pattern).matches(text), "\(pattern)")
    }
  }

  @Test(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
  func `random patterns match what PostgreSQL's match between anchors`() throws {
    var random = SeededRandom(seed: 7)
    var connection = try ConversionRig.connect()
    for _ in 0..<150 {
      let pattern = Self.pattern(&random, depth: 3)
      let ours = try TextPattern(pattern)
      let texts = (0..<60).map { _ in
        String(
          (0..<Int.random(in: 0...7, using: &random)).compactMap { _ in
            "abc1-é".randomElement(using: &random)
          })
      }
      let expected = try connection.rows(
        "SELECT t ~ $1 FROM unnest($2::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
        [.text("^(?:\(pattern))$"), .textArray(texts)]
      ) { row in try row.bool() }
      for (text, expected) in zip(texts, expected) {
        #expect(ours.matches(text) == expected, "\(pattern) on \(text)")
      }
    }
  }

  /// A pattern of what both dialects have.
  private static func pattern(_ random: inout SeededRandom, depth: Int) -> String {
    let kinds = depth == 0 ? 0..<4 : 0..<9
    switch Int.random(in: kinds, using: &random) {
    case 0, 1: return ["a", "b", "c", "1", "é", "-"].randomElement(using: &random) ?? "a"
    case 2:
      return ["[ab]", "[^a]", "[a-c1]", "[^é-]", "[b-]"].randomElement(using: &random) ?? "[ab]"
    case 3: return "[0-9]"
    case 4, 5:
      return pattern(&random, depth: depth - 1) + pattern(&random, depth: depth - 1)
    case 6:
      return "(" + pattern(&random, depth: depth - 1) + "|" + pattern(&random, depth: depth - 1)
        + ")"
    default:
      let count = ["?", "*", "+", "{2}", "{0,2}", "{1,}", "{2,3}"].randomElement(using: &random)
      return "(" + pattern(&random, depth: depth - 1) + ")" + (count ?? "?")
    }
  }
}
