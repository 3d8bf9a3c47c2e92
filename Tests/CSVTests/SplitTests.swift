import CSV
import CSVReference
import TestSupport
import Testing

/// Structure bytes far more often than text, so that every state meets every byte.
let hostileAlphabet = Array("\",\n\"\r\n,;' #\\aé\0".utf8)

@Suite
struct SplitTests {
  @Test(arguments: ParserCheck.dialects)
  func `hostile bytes give what the plain definition gives`(dialect: CSVDialect) {
    var random = SeededRandom(seed: 11)
    for round in 0..<500 {
      let bytes = random.bytes(Int.random(in: 0...220, using: &random), from: hostileAlphabet)
      var reference = ReferenceParser(bytes, dialect)
      let expected = comparable(reference.records())
      let found = comparable(parse([bytes], ParseOptions(dialect: dialect)))
      #expect(found == expected, "round \(round): \(visible(bytes))")
      if found != expected { return }
    }
  }

  @Test(arguments: ParserCheck.dialects)
  func `well-behaved bytes with few quotes give what the plain definition gives`(
    dialect: CSVDialect
  ) {
    var random = SeededRandom(seed: 12)
    let words = [
      "a", "bcd", "Zoë", "12345678", "a long text without any structure in it at all, or", ",", ",",
      "\n", "\n", "\r\n", "\"", "\"\"", ",\"x\"", ",\"multi\nline\r\ntext\",", "\"q\"\"q\"\n",
      "\n# no", " ", ", b", "\\\"", "\\,", "x\\\\y,",
    ]
    for round in 0..<300 {
      var bytes: [UInt8] = []
      // Only some of the words, so that not every block has a byte of every kind.
      let words = words.shuffled(using: &random).prefix(Int.random(in: 1...9, using: &random))
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        bytes += Array(words[Int.random(in: 0..<words.count, using: &random)].utf8)
      }
      var reference = ReferenceParser(bytes, dialect)
      let expected = comparable(reference.records())
      let found = comparable(parse([bytes], ParseOptions(dialect: dialect)))
      #expect(found == expected, "round \(round): \(visible(bytes))")
      if found != expected { return }
    }
  }

  @Test(arguments: ParserCheck.dialects)
  func `any split gives the same records`(dialect: CSVDialect) {
    var random = SeededRandom(seed: 13)
    for round in 0..<80 {
      let bytes = random.bytes(Int.random(in: 1...300, using: &random), from: hostileAlphabet)
      let options = ParseOptions(
        dialect: dialect, maxRecordBytes: Int.random(in: 64...120, using: &random),
        maxFields: Int.random(in: 3...30, using: &random))
      let whole = parse([bytes], options)
      var pieces: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let size = Int.random(in: 0...min(rest.count, 90), using: &random)
        pieces.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
      }
      let sizes = pieces.map(\.count)
      #expect(parse(pieces, options) == whole, "round \(round), \(sizes): \(visible(bytes))")
      #expect(parse(cut(bytes, into: 1), options) == whole, "round \(round): \(visible(bytes))")
      if parse(pieces, options) != whole { return }
    }
  }

  @Test
  func `fault 28: files that met with accidents split at any byte give the same records`() {
    var random = SeededRandom(seed: 14)
    for _ in 0..<60 {
      let bytes = MutatedFile(&random).bytes
      guard bytes.count < 200 else { continue }
      let whole = parse([bytes])
      for at in 0...bytes.count {
        let halves = parse([Array(bytes[..<at]), Array(bytes[at...])])
        #expect(halves == whole, "split at \(at): \(visible(bytes))")
        if halves != whole { return }
      }
    }
  }

  @Test
  func `a stream of many batches has the records of its pieces in order`() {
    var text = ""
    for number in 1...5_000 {
      text += "\(number),\"name \(number)\",\"line one\nline two\",\(number * 7)\r\n"
    }
    let bytes = Array(text.utf8)
    for size in [bytes.count, 256 << 10, 16 << 10, 1000, 61] {
      let records = parse(cut(bytes, into: size))
      #expect(records.count == 5_000)
      for (index, record) in records.enumerated() {
        let number = index + 1
        let isRight =
          record.number == number && record.line == 2 * index + 1 && record.fields.count == 4
          && record.fields[0].value == Array("\(number)".utf8)
          && record.fields[3].value == Array("\(number * 7)".utf8)
        #expect(isRight, "pieces of \(size): \(record)")
        if !isRight { return }
      }
    }
  }
}
