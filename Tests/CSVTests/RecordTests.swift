import CSV
import CSVReference
import Testing

@Suite
struct RecordTests {
  @Test(arguments: [
    ("", []),
    ("\n\r\n\r", []),
    ("a", [["a"]]),
    ("a,b", [["a", "b"]]),
    ("a,b\n", [["a", "b"]]),
    ("a\nb\n", [["a"], ["b"]]),
    ("a\r\nb\r\n", [["a"], ["b"]]),
    ("a\rb\r", [["a"], ["b"]]),
    ("a\rb\nc\r\nd\n\re", [["a"], ["b"], ["c"], ["d"], ["e"]]),
    ("a\n\n\nb", [["a"], ["b"]]),
    (" \n", [[" "]]),
    (",", [["", ""]]),
    (",\n,", [["", ""], ["", ""]]),
    ("a,\n", [["a", ""]]),
    ("a,b,c\nd\ne,f", [["a", "b", "c"], ["d"], ["e", "f"]]),
    ("\"a\"", [["a"]]),
    ("\"\"", [[""]]),
    ("\"\"\n", [[""]]),
    ("\"\"\"\"", [["\""]]),
    ("\"a\"\"b\",c", [["a\"b", "c"]]),
    ("\"a,b\",\"c\nd\"\n", [["a,b", "c<0A>d"]]),
    ("\"a\r\nb\"\r\nc", [["a<0D><0A>b"], ["c"]]),
    ("\"a\"\r\"b\"\n", [["a"], ["b"]]),
    ("a\"b\",c\n", [["a\"b\"", "c"]]),
    ("a \"b, c\" d\n", [["a \"b", " c\" d"]]),
    (" \"a\"\n", [[" \"a\""]]),
    ("a\0b\n", [["a<00>b"]]),
    ("\u{FEFF}a\n", [["a"]]),
    ("\u{FEFF}\"a\"\n", [["a"]]),
    ("\u{FEFF}", []),
    ("a\n\u{FEFF}b", [["a"], ["<EF><BB><BF>b"]]),
  ])
  func `text gives records`(text: String, expected: [[String]]) {
    #expect(values(text) == expected)
  }

  @Test
  func `a quoted empty field differs from a missing one`() throws {
    let record = try #require(parse("\"\",\n").first)
    #expect(record.fields.map(\.isQuoted) == [true, false])
  }

  @Test
  func `empty lines count as lines but not as records`() {
    let records = parse("\n\na\r\n\r\n\r\rb\n")
    #expect(records.map(\.line) == [3, 7])
    #expect(records.map(\.number) == [1, 2])
  }

  @Test
  func `an empty line is a record with one empty field where the dialect wants it`() {
    let options = ParseOptions(dialect: CSVDialect(emptyLineIsRecord: true))
    #expect(values("a\n\n\"\"\n\nb", options) == [["a"], [""], [""], [""], ["b"]])
    #expect(values("a\n", options) == [["a"]])
    #expect(
      parse("a\n\n\"\"\n", options).flatMap(\.fields).map(\.isQuoted) == [false, false, true])
  }

  @Test
  func `positions name the record, the line and the byte`() {
    let text = "\u{FEFF}a,b\n\n\"x\r\ny\",\"z\nz\",w\rlast,\"q\""
    #expect(
      parse(text).map(\.description) == [
        "1 line 1 byte 3 [a|b]",
        "2 line 3 byte 8 [\"x<0D><0A>y\"|\"z<0A>z\"|w]",
        "3 line 6 byte 23 [last|\"q\"]",
      ])
    #expect(parse(text).map { $0.fields.map(\.byte) } == [[3, 5], [9, 16, 21], [23, 29]])
  }

  @Test
  func `the raw bytes of a record end before its line end`() {
    let records = parse("a,\"b\"\r\n\"c\nd\"\r e ")
    #expect(records.map { visible($0.raw) } == ["a,\"b\"", "\"c<0A>d\"", " e "])
  }

  @Test
  func `fault 28: a record may have ten thousand fields`() {
    let text = (0..<10_000).map { "\($0)" }.joined(separator: ",") + "\n1\n"
    var parser = CSVParser()
    var counts: [UInt32] = []
    var last: [UInt8] = []
    for piece in cut(Array(text.utf8), into: 1000) {
      parser.consume(piece.span) { batch in
        for index in 0..<batch.count {
          let count = batch[index].fieldCount
          counts.append(count)
          last += batch.withBytes(batch.field(Int(count) - 1, of: batch[index])) { copy($0) }
        }
      }
    }
    #expect(counts == [10_000, 1])
    #expect(last == Array("99991".utf8))
  }

  @Test
  func `a record completes as soon as its line end arrives`() {
    var parser = CSVParser()
    var counts: [Int] = []
    for piece in ["a,", "b\r", "\nc\n", "\"d", "\ne\"", "\n"] {
      var count = 0
      parser.consume(Array(piece.utf8).span) { count += $0.count }
      counts.append(count)
    }
    #expect(counts == [0, 1, 1, 0, 0, 1])
  }

  @Test
  func `after the end of a stream the parser takes another`() {
    var parser = CSVParser()
    for _ in 0..<2 {
      var firsts: [Int] = []
      parser.consume(Array("\u{FEFF}a\n\"b".utf8).span) { firsts.append($0.firstNumber) }
      parser.finish { firsts.append($0.firstNumber) }
      #expect(firsts == [1, 2])
    }
  }

  @Test
  func `what the closure throws comes out and ends the stream`() {
    struct Stop: Error {}
    var parser = CSVParser()
    #expect(throws: Stop.self) {
      try parser.consume(Array("a\nb".utf8).span) { (_) throws(Stop) in throw Stop() }
    }
    var first: [Int] = []
    parser.consume(Array("x\n".utf8).span) { first.append($0.firstNumber) }
    #expect(first == [1])
  }
}
