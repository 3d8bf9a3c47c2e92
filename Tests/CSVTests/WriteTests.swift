import CSV
import TestSupport
import Testing

/// Fields as they are written, held to what the parser reads.
@Suite struct WriteTests {
  static let dialects = [
    CSVDialect(), CSVDialect(delimiter: 0x3B, quote: 0x27), CSVDialect(skipInitialSpace: true),
    CSVDialect(comment: 0x23), CSVDialect(doubleQuote: false, escape: 0x5C),
    CSVDialect(escape: 0x5C),
  ]

  @Test(arguments: dialects)
  func `what is written is read as it was`(_ dialect: CSVDialect) {
    var random = SeededRandom(seed: 11)
    let alphabet = Array("ab ,;'\"\\#\n\r".utf8)
    for _ in 0..<500 {
      let values = (0..<3).map { _ in
        random.bytes(Int.random(in: 0...6, using: &random), from: alphabet)
      }
      var line: [UInt8] = []
      // The last one holds what no dialect here gives a meaning to, so that the line is no empty one.
      for value in values {
        dialect.append(value.span, to: &line)
        line.append(dialect.delimiter)
      }
      line += [0x78, 0x0A]
      var read: [[UInt8]] = []
      var parser = CSVParser(dialect: dialect)
      parser.consume(line.span) { batch in
        for index in 0..<batch.count {
          let record = batch[index]
          for column in 0..<Int(record.fieldCount) {
            read.append(dialect.value(of: batch.field(column, of: record), in: batch))
          }
        }
      }
      parser.finish { _ in }
      #expect(read == values + [[0x78]], "\(line)")
    }
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("", ""),
    ("a\nb", "\"a\nb\""), (" a", " a"),
  ])
  func `only what needs quotes has them`(_ value: String, _ written: String) {
    var line: [UInt8] = []
    CSVDialect().append(value.utf8Span.span, to: &line)
    #expect(String(decoding: line, as: UTF8.self) == written)
  }

  @Test func `where nothing is quoted, a value stays one field of one line`() {
    var line: [UInt8] = []
    CSVDialect(quote: nil).append("a,b\nc \"d\"".utf8Span.span, to: &line)
    #expect(String(decoding: line, as: UTF8.self) == "a b c \"d\"")
  }
}
