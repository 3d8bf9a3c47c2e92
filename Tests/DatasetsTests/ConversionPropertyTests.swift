import TestSupport
import Testing

/// Random texts of each type: what passes is what PostgreSQL's own input of the same text gives.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Conversion by chance` {
  static let count = 3000

  @Test(arguments: [
    ("integer", "bigint", "0123456789+-"), ("number", "numeric", "0123456789.eE+-"),
    ("date", "date", "0123456789-"), ("time", "time", "0123456789:."),
    ("datetime", "timestamptz", "0123456789-:.TZ+ "), ("boolean", "boolean", "truefals01TRE"),
    ("year", "integer", "0123456789-"), ("duration", "interval", "PYMDTHS0123456789."),
    ("object", "jsonb", "{}[]\":,\\untrue0123456789.eE- \ta"),
    ("array", "jsonb", "{}[]\":,\\untrue0123456789.eE- \ta"),
  ])
  func `a text that passes is a value the server reads the same`(
    _ type: String, _ serverType: String, _ alphabet: String
  ) throws {
    var random = SeededRandom(seed: UInt64(type.utf8.count) * 31 + 5)
    let characters = Array(alphabet)
    let texts = (0..<Self.count).map { _ in
      var text = Array(Self.sample(type, &random))
      // Half of the texts stay as they are.
      for _ in 0..<max(0, Int.random(in: -2...2, using: &random)) where !text.isEmpty {
        let at = Int.random(in: text.indices, using: &random)
        let character = characters[Int.random(in: characters.indices, using: &random)]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[at] = character
        case 1: text.remove(at: at)
        default: text.insert(character, at: at)
        }
      }
      return String(text)
    }
    let ours = try ConversionRig.values(texts, #""type":"\#(type)","missingValues":[]"#)
    let theirs = try ConversionRig.oracle(texts, serverType)
    var passed = 0
    for (index, text) in texts.enumerated() where !ours[index].hasPrefix("refused") {
      passed += 1
      #expect(ours[index] == theirs[index], "\(text)")
    }
    #expect(passed > Self.count / 4, "\(passed) of \(Self.count)")
    guard serverType == "jsonb" else { return }
    let bracket = type == "array" ? "[" : "{"
    for (index, text) in texts.enumerated() where ours[index].hasPrefix("refused") {
      let isOther = theirs[index]?.hasPrefix(bracket) == false
      #expect(theirs[index] == nil || isOther, "\(text) is refused")
    }
  }

  private static func sample(_ type: String, _ random: inout SeededRandom) -> String {
    func digits(_ range: ClosedRange<Int>) -> String {
      (0..<Int.random(in: range, using: &random)).map { _ in
        String(Int.random(in: 0...9, using: &random))
      }.joined()
    }
    func two(_ range: ClosedRange<Int>) -> String {
      let number = Int.random(in: range, using: &random)
      return number < 10 ? "0\(number)" : "\(number)"
    }
    func one(_ texts: String...) -> String { texts.randomElement(using: &random) ?? "" }
    switch type {
    case "integer": return [one("", "-", "+"), digits(1...19)].joined()
    case "number":
      let exponent = ["e", one("", "-", "+"), digits(1...2)].joined()
      let fraction = [".", digits(0...30)].joined()
      return [one("", "-", "+"), digits(1...30), one("", fraction), one("", "", exponent)].joined()
    case "date":
      let year = [two(10...99), two(0...99)].joined()
      return [year, two(1...12), two(1...28)].joined(separator: "-")
    case "time":
      let time = [two(0...23), two(0...59), two(0...59)].joined(separator: ":")
      return [time, one("", [".", digits(1...6)].joined())].joined()
    case "datetime":
      let offset = [one("+", "-"), two(0...15), one("", ":00", "30")].joined()
      let time = sample("time", &random)
      return [sample("date", &random), one("T", " "), time, one("", "Z", offset)].joined()
    case "boolean": return one("true", "false", "TRUE", "False", "1", "0")
    case "year": return digits(4...4)
    case "duration":
      let date = [digits(1...3) + "Y", digits(1...3) + "M", digits(1...5) + "D"]
      let time = [digits(1...4) + "H", digits(1...4) + "M"]
      let seconds = [digits(1...4), one("", "." + digits(1...6)), "S"].joined()
      let parts = ["P"] + date.map { one("", $0) } + ["T"] + time.map { one("", $0) } + [seconds]
      return parts.joined()
    case "array":
      let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in json(&random, 2) }
      return "[" + elements.joined(separator: one(",", ", ")) + "]"
    default:
      let members = (0..<Int.random(in: 0...3, using: &random)).map { index in
        let key = one("a", "\\n", "\\u00e9", "é")
        return "\"\(index)\(key)\":" + json(&random, 2)
      }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  private static func json(_ random: inout SeededRandom, _ depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: return ["null", "true", "false"][Int.random(in: 0...2, using: &random)]
    case 1: return "\(Int.random(in: -1000...1000, using: &random))"
    case 2:
      let parts = (0..<3).map { _ in String(Int.random(in: 0...99, using: &random)) }
      return "\(parts[0]).\(parts[1])e-\(parts[2])"
    case 3: return #""\u0041\ud83d\ude00""#
    case 4: return #""a\\\"\/\b\f\n\r\t""#
    case 5: return "\"é😀\""
    case 6: return sample("array", &random)
    default: return sample("object", &random)
    }
  }

  @Test func `JSON is taken exactly as jsonb takes it`() throws {
    let nine = String(repeating: "9", count: 131_072)
    let texts = [
      #"{"a":"\u0000"}"#, #"{"\u0000":1}"#, #"{"a":"\\u0000"}"#, #"{"a":"\\\u0000"}"#,
      #"["\u000"]"#,
      #"["\ud83d"]"#, #"["\ude00"]"#, #"["\ud83d\u0041"]"#, #"["\ud83d\ud83d"]"#, #"["\ud83dx"]"#,
      #"["\ude00\ud83d"]"#, #"["\uD83D\uDE00"]"#, #"["\x41"]"#, #"["\u004G"]"#, "[\"\t\"]",
      "[\"\u{7f}\"]",
      "[\u{b}1]", "[\u{a0}1]", "[01]", "[-]", "[-01]", "[1.]", "[.1]", "[1e]", "[+1]", "[1e+5]",
      "[-0]", "[-0.0]",
      "[1e131071]", "[1e131072]", "[9e131071]", "[10e131071]", "[0.1e131072]", "[0e999999]",
      "[0e9999999999]",
      "[1e-16383]", "[1e-16384]", "[0e-16384]", "[1.0e-16383]", "[0.00e-16381]", "[0.00e-16382]",
      "[1e1073741822]", "[0e1073741821]", "[0e1073741822]", "[0e1073741823]", "[0e-1073741822]",
      "[0e-1073741823]",
      "[0e00000000000000000000001]", "[\(nine)]", "[\(nine)9]", "[\(nine).5]", "[0\(nine)]",
      "[0.\(nine.prefix(16_383))]",
      "[0.\(nine.prefix(16_384))]", "[\(nine.prefix(131_000))e72]", "[\(nine.prefix(131_000))e73]",
      "[0.0001e131075]", "[0.0001e131076]",
      #"{"a":1,"a":2}"#, #"{"a":1,}"#, "[1 2]", "[1,,2]", "[1]]", "{\"a\" : 1 }", "{1:2}", "[tru]",
      "[True]", "[nul]",
      "[\"a]", "[", "[]x", "\u{feff}[]", "[1]\u{0c}", "[{}]", "[[[]]]", "[\"\u{fffd}\"]",
      "{\"\":\"\"}",
      "[1e5.5]", "[Infinity]", "[-Infinity]", "['a']", "[/*x*/1]", "[\"\\\u{e9}\"]",
    ]
    let arrays = try ConversionRig.values(texts, #""type":"array","missingValues":[]"#)
    let objects = try ConversionRig.values(texts, #""type":"object","missingValues":[]"#)
    let theirs = try ConversionRig.oracle(texts, "jsonb")
    for (index, text) in texts.enumerated() {
      let ours = text.contains("{\"") && text.first == "{" ? objects[index] : arrays[index]
      #expect((ours == "refused: type" ? nil : ours) == theirs[index], "\(text.prefix(60))")
    }
  }
}
