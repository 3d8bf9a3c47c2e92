import CSV
import CSVReference

/// A file as our parser reads it, in the words of the oracles.
struct DescribedFile {
  let bytes: [UInt8]
  let records: [ParsedRecord]

  init(_ bytes: [UInt8], _ dialect: CSVDialect = CSVDialect(), pieces: Int = 1000) {
    self.bytes = bytes
    records = parse(
      cut(bytes, into: max(pieces, bytes.count / 500)), ParseOptions(dialect: dialect))
  }

  /// Hexadecimal values with commas between, `-` for a missing one; a fault is like nothing else.
  static func withNulls(_ record: ParsedRecord) -> String {
    if let fault = record.fault { return "\(fault)" }
    return record.fields.map { $0.value.isEmpty && !$0.isQuoted ? "-" : hex($0.value) }
      .joined(separator: ",")
  }

  /// The number of the record's last line, then hexadecimal values with commas between.
  static func withLines(_ record: ParsedRecord) -> String {
    if let fault = record.fault { return "\(fault)" }
    var line = record.line
    var last: UInt8 = 0
    for byte in record.raw {
      if byte == 0x0D || (byte == 0x0A && last != 0x0D) { line += 1 }
      last = byte
    }
    return "\(line) " + record.fields.map { hex($0.value) }.joined(separator: ",")
  }

  /// The ends of the records' lines, as far as they have any.
  var lineEnds: [[UInt8]] {
    records.compactMap { record in
      let end = record.byte + record.raw.count
      guard end < bytes.count else { return nil }
      let isPair = bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A
      return isPair ? [0x0D, 0x0A] : [bytes[end]]
    }
  }

  /// Whether a line without any byte was passed over.
  var skipsLines: Bool {
    var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for (record, lineEnd) in zip(records, lineEnds + [[]]) {
      if record.byte != end { return true }
      end += record.raw.count + lineEnd.count
    }
    return end != bytes.count
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func hex(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
