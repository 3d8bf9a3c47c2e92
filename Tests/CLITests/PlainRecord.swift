/// A record as a reader sees it who knows nothing of how it was made.
struct PlainRecord {
  var number: Int
  var line: Int
  var byteOffset: Int
  /// With their quotes.
  var fields: [[UInt8]] = [[]]

  /// Splits at commas and line ends outside quotes.
  static func all(in bytes: [UInt8]) -> [PlainRecord] {
    var records: [PlainRecord] = []
    var current: PlainRecord?
    var line = 1
    var isQuoted = false
    for (offset, byte) in bytes.enumerated() {
      var record =
        current ?? PlainRecord(number: records.count + 1, line: line, byteOffset: offset)
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted {
        records.append(record)
        current = nil
        continue
      }
      if byte == UInt8(ascii: ","), !isQuoted {
        record.fields.append([])
      } else {
        record.fields[record.fields.count - 1].append(byte)
      }
      current = record
    }
    return records
  }

  enum Kind { case key, count, text, uuid, time, date, number, boolean }

  /// What a field has to be, and whether it may be absent.
  typealias FieldRule = (kind: Kind, isOptional: Bool)

  static let hireTypes: [FieldRule] = [
    (.key, false), (.text, false), (.time, false), (.key, false), (.key, false),
  ]

  static let orderTypes: [FieldRule] = [
    (.key, false), (.uuid, false), (.text, false), (.text, false), (.text, false), (.text, false),
    (.text, true), (.text, true), (.time, false), (.date, true), (.text, false), (.text, false),
    (.number, false), (.number, false), (.count, false), (.number, false), (.number, false),
    (.boolean, false), (.text, true), (.text, true),
  ]

  /// Whether the record has the fields of a schema, each of its type.
  func fits(_ types: [FieldRule]) -> Bool {
    guard fields.count == types.count else { return false }
    return zip(fields, types).allSatisfy { bytes, rule in
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        return false
      }
      return text.isEmpty ? rule.isOptional : Self.fits(text, rule.kind)
    }
  }

  private static func fits(_ text: String, _ kind: Kind) -> Bool {
    switch kind {
    case .key: text.wholeMatch(of: /[1-9]\d{0,9}/) != nil && (Int32(text) ?? 0) > 0
    case .count: text.wholeMatch(of: /\d{1,10}/) != nil && Int32(text) != nil
    case .text: text.wholeMatch(of: /[^"]*|"([^"]|"")*"/) != nil
    case .uuid: text.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil
    case .time: fitsTime(text)
    case .date: fitsDate(text)
    case .number: text.wholeMatch(of: /-?\d+\.\d+/) != nil
    case .boolean: text == "true" || text == "false"
    }
  }

  private static func fitsTime(_ text: String) -> Bool {
    guard let match = text.wholeMatch(of: /(.{10})T(\d\d):([0-5]\d):([0-5]\d)Z/) else {
      return false
    }
    return match.output.2 < "24" && fitsDate(String(match.output.1))
  }

  private static func fitsDate(_ text: String) -> Bool {
    guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)/),
      let year = Int(match.output.1), let month = Int(match.output.2),
      let day = Int(match.output.3), (1...12).contains(month)
    else { return false }
    let february = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    return (1...[31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]).contains(day)
  }
}
