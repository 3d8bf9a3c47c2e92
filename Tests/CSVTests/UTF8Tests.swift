import CSV
import CSVReference
import TestSupport
import Testing

@Suite
struct UTF8Tests {
  /// Whether the batch and the record that the bytes make are found valid; nil if they make none.
  private func check(_ bytes: [UInt8]) -> (batch: Bool, record: Bool, isASCII: Bool)? {
    var parser = CSVParser(dialect: CSVDialect(delimiter: 0x0A, quote: nil))
    var found: (Bool, Bool, Bool)?
    parser.consume((bytes + [0x0D]).span) { found = ($0.isUTF8, $0.isUTF8($0[0]), $0.isASCII) }
    return found
  }

  private func isValid(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

  @Test
  func `the check agrees with the standard library wherever a sequence stands`() throws {
    let sequences: [[UInt8]] = [
      [0x41], [0x7F], [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2, 0x80], [0xDF, 0xBF],
      [0xE0, 0x9F, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xEF, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
      [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
      [0xC2], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC2, 0x41], [0xE2, 0x28, 0xA1],
      [0xE2, 0x82, 0xAC, 0x80], [0xC2, 0xA9, 0xA9],
    ]
    for sequence in sequences {
      for before in 0...140 {
        for after in [0, 1, 3, 60, 64] {
          let bytes =
            Array(repeating: 0x61, count: before) + sequence + Array(repeating: 0x62, count: after)
          let found = try #require(check(bytes))
          let isRight = found.batch == isValid(bytes) && found.record == isValid(bytes)
          #expect(isRight, "\(visible(sequence)) behind \(before), before \(after)")
          #expect(!found.isASCII || bytes.allSatisfy { $0 < 0x80 })
        }
      }
    }
  }

  @Test
  func `the check agrees with the standard library on random bytes`() throws {
    var random = SeededRandom(seed: 21)
    let parts = ["a", "é", "東", "😀", "plain text that is long", "\u{7FF}", "\u{FFFF}"]
    for _ in 0..<2000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...60, using: &random) {
        bytes += Array(parts[Int.random(in: 0..<parts.count, using: &random)].utf8)
      }
      if Bool.random(using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        bytes[at] = UInt8.random(in: 0x20...0xFF, using: &random)
      }
      let found = try #require(check(bytes))
      #expect(found.batch == isValid(bytes), "\(visible(bytes))")
    }
  }

  @Test
  func `bytes that are all ASCII are known to be, batch after batch`() {
    let line = "plain,text,\"quoted\"\n"
    let text = String(repeating: line, count: 5000) + "Zoë\n" + String(repeating: line, count: 5000)
    for size in [1 << 20, 16 << 10, 100] {
      var parser = CSVParser()
      var plain = 0
      var other = 0
      for piece in cut(Array(text.utf8), into: size) {
        parser.consume(piece.span) {
          if $0.isASCII { plain += $0.count } else { other += $0.count }
        }
      }
      #expect(plain + other == 10_001)
      #expect(other > 0 && other <= 2000, "\(other) in pieces of \(size)")
    }
  }
}
