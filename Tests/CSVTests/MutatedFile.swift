import TestSupport

/// A file that began well-formed and then met with some accidents.
struct MutatedFile {
  let columns: Int
  private(set) var bytes: [UInt8]

  /// Makes records of a few columns, then changes one or two places of some.
  init(_ random: inout SeededRandom) {
    columns = Int.random(in: 1...5, using: &random)
    bytes = []
    let lineEnd = Self.pick(["\n", "\n", "\r\n", "\r\n", "\r"], &random)
    for record in 0..<Int.random(in: 0...9, using: &random) {
      if record > 0 { bytes += lineEnd }
      for column in 0..<columns {
        if column > 0 { bytes.append(0x2C) }
        bytes += Self.field(&random)
      }
    }
    if Int.random(in: 0...3, using: &random) > 0 && !bytes.isEmpty { bytes += lineEnd }
    for _ in 0..<max(0, Int.random(in: -2...2, using: &random)) { mutate(&random) }
  }

  private static func pick(_ texts: [String], _ random: inout SeededRandom) -> [UInt8] {
    Array(texts[Int.random(in: 0..<texts.count, using: &random)].utf8)
  }

  /// A field that says what it should to every reader; quoted where it must be, and now and then.
  private static func field(_ random: inout SeededRandom) -> [UInt8] {
    // Only some of the parts, so that most fields need no quotes.
    let parts = [
      "a", "bc", "12", " ", "é", "東", "😀", ";", "'", "\\", "\t", "\"", ",", "\n", "\r\n", "\r",
    ]
    let used = Array(parts.prefix(Int.random(in: 0..<3, using: &random) == 0 ? parts.count : 11))
    var value = (0..<Int.random(in: 0...8, using: &random)).flatMap { _ in pick(used, &random) }
    if Int.random(in: 0..<2000, using: &random) == 0 && !value.isEmpty {
      // Longer than a batch, than what COPY reads at once, than Python takes unless told.
      while value.count < 140_000 { value += value }
    }
    let mustQuote =
      value.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) } || value == [0x5C, 0x2E]
    guard mustQuote || Int.random(in: 0..<5, using: &random) == 0 else { return value }
    return [0x22] + value.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
  }

  private mutating func mutate(_ random: inout SeededRandom) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    let lineStart = (bytes[..<at].lastIndex { $0 == 0x0A || $0 == 0x0D } ?? -1) + 1
    switch Int.random(in: 0..<12, using: &random) {
    case 0 where at < bytes.count:
      bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
    case 1:
      // The quote that comes next is lost, or doubled.
      if let quote = bytes[at...].firstIndex(of: 0x22) { bytes.remove(at: quote) }
    case 2:
      if let quote = bytes[at...].firstIndex(of: 0x22) { bytes.insert(0x22, at: quote) }
    case 3: bytes.insert(contentsOf: Self.pick(["\"", "\"\"", " \"", "\" "], &random), at: at)
    case 4: bytes.insert(contentsOf: Self.pick([",", ",,"], &random), at: at)
    case 5: bytes.insert(contentsOf: Self.pick(["\n", "\r", "\r\n", "\n\n"], &random), at: at)
    case 6: bytes.insert(0, at: at)
    case 7:
      let broken: [[UInt8]] = [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0x80]]
      bytes.insert(contentsOf: broken[Int.random(in: 0..<broken.count, using: &random)], at: at)
    case 8: bytes.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: Bool.random(using: &random) ? 0 : at)
    case 9:
      bytes.insert(contentsOf: Self.pick(["\\.\n", "\\.\r\n", "\\."], &random), at: lineStart)
    case 10: bytes.removeSubrange(at...)
    default:
      let end = bytes[at...].firstIndex { $0 == 0x2C || $0 == 0x0A || $0 == 0x0D } ?? bytes.count
      bytes.removeSubrange(at..<end)
    }
  }
}
