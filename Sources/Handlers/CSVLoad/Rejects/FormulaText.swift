internal import CSV

/// Fields that a spreadsheet would evaluate instead of showing.
///
/// The rule is that of OWASP's page "CSV Injection": fields that begin with one of a few characters
/// get an apostrophe in front. A signed number is not a formula and stays a number.
package enum FormulaText {
  /// Whether a spreadsheet may treat a field as a formula.
  static func isFormula(_ value: [UInt8]) -> Bool {
    switch value.first {
    case 0x3D, 0x40, 0x09, 0x0A, 0x0D: true
    case 0x2B, 0x2D: !isPlainNumber(value.dropFirst())
    default: false
    }
  }

  /// The field, with an apostrophe in front if it is a formula.
  package static func disarmed(_ value: [UInt8]) -> [UInt8] {
    isFormula(value) ? [0x27] + value : value
  }

  /// A record with its formulas disarmed; unchanged if there are none.
  static func disarmed(record: [UInt8], _ dialect: CSVDialect) -> [UInt8] {
    var parser = CSVParser(dialect: dialect)
    var values: [[UInt8]] = []
    func take(_ batch: borrowing CSVBatch) {
      for index in 0..<batch.count { values += dialect.values(of: batch[index], in: batch) }
    }
    parser.consume(record.span, take)
    parser.finish(take)
    guard values.contains(where: isFormula) else { return record }
    var line: [UInt8] = []
    for (index, value) in values.enumerated() {
      if index > 0 { line.append(dialect.delimiter) }
      dialect.append(disarmed(value).span, to: &line)
    }
    return line
  }

  /// Whether what follows a sign is digits with at most one point and one exponent.
  private static func isPlainNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var text = text
    func dropDigits() -> Int {
      let count = text.prefix { (0x30...0x39).contains($0) }.count
      text = text.dropFirst(count)
      return count
    }
    var digits = dropDigits()
    if text.first == 0x2E {
      text = text.dropFirst()
      digits += dropDigits()
    }
    guard digits > 0 else { return false }
    if text.first == 0x65 || text.first == 0x45 {
      text = text.dropFirst()
      if text.first == 0x2B || text.first == 0x2D { text = text.dropFirst() }
      guard dropDigits() > 0 else { return false }
    }
    return text.isEmpty
  }
}
