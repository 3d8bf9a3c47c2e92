package import CSV

/// The format once more, as slowly and plainly as it can be said.
///
/// Whole input, one record at a time, back to the line after the first whenever a record fails.
/// Knows no limits.
package struct ReferenceParser {
  private let bytes: [UInt8]
  private let dialect: CSVDialect
  private var line = 1

  package init(_ bytes: [UInt8], _ dialect: CSVDialect = CSVDialect()) {
    self.bytes = bytes
    self.dialect = dialect
  }

  package mutating func records() -> [ParsedRecord] {
    var found: [ParsedRecord] = []
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while position < bytes.count {
      let lineEnd = bytes[position...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
      let isEmpty = lineEnd == position && !dialect.emptyLineIsRecord
      if isEmpty || bytes[position] == dialect.comment {
        position = behindLineEnd(at: lineEnd)
        line += 1
        continue
      }
      var record = ParsedRecord(
        number: found.count + 1, line: line, byte: position, raw: [], fault: nil, fields: [])
      let end: Int
      switch fields(from: position) {
      case .whole(let fields, let recordEnd):
        record.fields = fields
        end = recordEnd
      case .broken(let fault):
        record.fault = fault
        end = lineEnd
      }
      record.raw = Array(bytes[position..<end])
      found.append(record)
      line += lineEnds(in: position..<end) + 1
      position = behindLineEnd(at: end)
    }
    return found
  }

  private enum Outcome {
    case whole([ParsedRecord.Field], end: Int)
    case broken(CSVFault)
  }

  private func fields(from start: Int) -> Outcome {
    var fields: [ParsedRecord.Field] = []
    var position = start
    while true {
      while position < bytes.count, dialect.skipInitialSpace, bytes[position] == 0x20 {
        position += 1
      }
      var field = ParsedRecord.Field(value: [], isQuoted: false, byte: position)
      if position < bytes.count, let quote = dialect.quote, bytes[position] == quote {
        field.isQuoted = true
        position += 1
        field.byte = position
        var isClosed = false
        while position < bytes.count, !isClosed {
          if bytes[position] == quote {
            if dialect.doubleQuote, position + 1 < bytes.count, bytes[position + 1] == quote {
              field.value.append(quote)
              field.hasEscapes = true
              position += 2
            } else {
              isClosed = true
              position += 1
            }
          } else {
            position = appendText(at: position, to: &field)
          }
        }
        guard isClosed else { return .broken(.unterminatedQuote) }
        guard position == bytes.count || isEnd(position) else { return .broken(.textAfterQuote) }
      } else {
        while position < bytes.count, !isEnd(position) {
          position = appendText(at: position, to: &field)
        }
      }
      fields.append(field)
      guard position < bytes.count, bytes[position] == dialect.delimiter else {
        return .whole(fields, end: position)
      }
      position += 1
    }
  }

  private func appendText(at position: Int, to field: inout ParsedRecord.Field) -> Int {
    let isEscape = bytes[position] == dialect.escape && position + 1 < bytes.count
    if bytes[position] == dialect.escape { field.hasEscapes = true }
    field.value.append(bytes[isEscape ? position + 1 : position])
    return position + (isEscape ? 2 : 1)
  }

  private func isEnd(_ position: Int) -> Bool {
    let byte = bytes[position]
    return byte == dialect.delimiter || byte == 0x0A || byte == 0x0D
  }

  private func behindLineEnd(at end: Int) -> Int {
    guard end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A else { return end + 1 }
    return end + 2
  }

  private func lineEnds(in range: Range<Int>) -> Int {
    range.count { offset in
      bytes[offset] == 0x0D
        || (bytes[offset] == 0x0A && !(offset > range.lowerBound && bytes[offset - 1] == 0x0D))
    }
  }
}
