import CSV
import CSVReference
import TestSupport
import Testing

@Suite
struct FaultTests {
  /// One line a record, as `ParsedRecord` describes itself.
  @Test(arguments: [
    (
      "\"a\"b,c\nd\n",
      ["1 line 1 byte 0 FAULT text after a closing quote: \"a\"b,c", "2 line 2 byte 7 [d]"]
    ),
    (
      "\"a\" ,b\r\nd",
      ["1 line 1 byte 0 FAULT text after a closing quote: \"a\" ,b", "2 line 2 byte 8 [d]"]
    ),
    (
      "1,\"Bob,x\n2,Al,\"y z\"\n3,c\n",
      [
        "1 line 1 byte 0 FAULT text after a closing quote: 1,\"Bob,x",
        "2 line 2 byte 9 [2|Al|\"y z\"]", "3 line 3 byte 20 [3|c]",
      ]
    ),
    (
      "a\n\"b,c\nd\ne,f",
      [
        "1 line 1 byte 0 [a]", "2 line 2 byte 2 FAULT a quote that is never closed: \"b,c",
        "3 line 3 byte 7 [d]", "4 line 4 byte 9 [e|f]",
      ]
    ),
    ("\"", ["1 line 1 byte 0 FAULT a quote that is never closed: \""]),
    ("\"a\"\"", ["1 line 1 byte 0 FAULT a quote that is never closed: \"a\"\""]),
    (
      "x,\"a\ny,\"b\r\nz",
      [
        "1 line 1 byte 0 FAULT text after a closing quote: x,\"a",
        "2 line 2 byte 5 FAULT a quote that is never closed: y,\"b", "3 line 3 byte 11 [z]",
      ]
    ),
    (
      "\"a\n\n\nb",
      ["1 line 1 byte 0 FAULT a quote that is never closed: \"a", "2 line 4 byte 5 [b]"]
    ),
  ])
  func `a broken record is its first line and the next one starts behind it`(
    text: String, expected: [String]
  ) {
    #expect(parse(text).map(\.description) == expected)
    #expect(parse(cut(Array(text.utf8), into: 1)).map(\.description) == expected)
  }

  @Test
  func `an open quote does not swallow more than the limit`() {
    let options = ParseOptions(maxRecordBytes: 1000)
    let good = (2...200).map { "\($0),good\n" }.joined()
    let records = parse("1,\"open\n" + good, options)
    #expect(records.map(\.fault) == [.unterminatedQuote] + Array(repeating: nil, count: 199))
    #expect(records.map(\.line) == Array(1...200))
  }

  @Test
  func `a record as long as the limit passes and one byte more does not`() {
    let options = ParseOptions(maxRecordBytes: 100)
    for end in ["\n", "\r\n", ""] {
      let most = String(repeating: "x", count: 100)
      #expect(parse(most + end, options).map(\.fault) == [nil])
      #expect(parse(most + "x" + end, options).map(\.fault) == [.recordTooLong])
      let quoted = "\"" + String(repeating: "\n", count: 98) + "\""
      #expect(parse(quoted + end, options).map(\.fault) == [nil])
    }
  }

  @Test
  func `a line without end is cut off at the limit and the next line is read`() throws {
    let long = String(repeating: "x,\"", count: 100_000)
    let text = "a\n" + long + "\nb,c\n" + long
    for size in [1 << 20, 4096, 77] {
      let records = parse(cut(Array(text.utf8), into: size), ParseOptions(maxRecordBytes: 100))
      #expect(records.map(\.raw.count) == [1, 100, 3, 100])
      #expect(records.map(\.line) == [1, 2, 3, 4])
      #expect(records.map { $0.fault == nil } == [true, false, true, false])
    }
  }

  @Test
  func `more fields than the limit are a fault`() {
    let options = ParseOptions(maxFields: 3)
    let records = parse("a,b,c\nd,e,f,g\nh,\"i\nj\",k,l\nm\n", options)
    #expect(
      records.map(\.fault) == [nil, .tooManyFields, .tooManyFields, nil, nil])
    #expect(records.map(\.line) == [1, 2, 3, 4, 5])
  }

  /// Every line opens a quote that runs on to the end; parsed again from each line to the end, this
  /// would be five thousand million steps.
  @Test(.timeLimit(.minutes(1)))
  func `lines that each open a quote do not make the work quadratic`() {
    let hostile = Array(String(repeating: "a\",\"b\n", count: 100_000).utf8)
    let records = parse(cut(hostile, into: 64 << 10))
    #expect(records.count == 100_000)
    #expect(records.count { $0.fault == nil } == 0)
  }

  /// No quoted value begins with what could follow a closing quote, so the quote left open meets a
  /// fault at the next one and not a way to be closed.
  @Test(arguments: ["x,\"open,y", "\"", "\"a\"b,\"c\"", "\"a\"\"", "1,2,\"\"\""])
  func `fault 31: a line with a broken quote costs itself, wherever it stands`(line: String) {
    var random = SeededRandom(seed: 31)
    let fields = [
      "1", "name", "\"quoted\"", "\"with, comma\"", "\"two\nlines\"", "\"\"", "\"a \"\"b\"\"\"", "",
    ]
    let good = (0..<40).map { number in
      ["\(number)"] + (0..<4).map { _ in fields[Int.random(in: 0..<fields.count, using: &random)] }
    }.map { $0.joined(separator: ",") }
    let expected = values(good.joined(separator: "\n"))
    for at in 0...good.count {
      var lines = good
      lines.insert(line, at: at)
      let records = parse(lines.joined(separator: "\r\n"))
      #expect(records.count == good.count + 1)
      #expect(records.filter { $0.fault != nil }.map(\.number) == [at + 1])
      #expect(
        records.filter { $0.fault == nil }.map { $0.fields.map { visible($0.value) } } == expected)
    }
  }

  @Test
  func `fault 31: a broken quote far into a file costs one record`() {
    var lines = (1...50_000).map { "\($0),\"a, b\",c" }
    lines[30_000] = "30001,\"a, b,c"
    let records = parse(cut(Array(lines.joined(separator: "\n").utf8), into: 16 << 10))
    #expect(records.count == 50_000)
    #expect(records.filter { $0.fault != nil }.map(\.line) == [30_001])
  }
}
