internal import CSV
internal import Datasets
internal import System

/// The dialect of a file, as its first part suggests it.
struct DialectGuess {
  /// Records that are looked at for each dialect.
  private static let records = 2000
  /// The part of the records that has to have the same number of fields: prose has commas, too.
  private static let leastShare = 0.6
  private static let delimiters: [UInt8] = [0x3B, 0x09, 0x7C, 0x2C]

  private(set) var dialect = CSVDialect()
  /// How many fields most records have.
  private(set) var width = 1

  /// Guesses from the first bytes of a file's text.
  ///
  /// The delimiter is the one by which most records have the same number of fields, and more than
  /// one; among equals the one that makes more fields, then one that is no comma, for those stand
  /// in numbers.
  init(_ text: [UInt8]) {
    var best: Shape?
    for delimiter in Self.delimiters {
      for quote: UInt8 in [0x22, 0x27] {
        var dialect = CSVDialect(delimiter: delimiter, quote: quote)
        var shape = Shape(text, dialect)
        if shape.broken > 0, text.contains(0x5C) {
          dialect.escape = 0x5C
          let escaped = Shape(text, dialect)
          if escaped.broken < shape.broken { shape = escaped }
        }
        // Apostrophes are quotes only where fields stand between them and nowhere else.
        if quote == 0x27, shape.quoted == 0 || shape.broken > 0 { continue }
        guard shape.width > 1, shape.share >= Self.leastShare else { continue }
        if best.map({ shape.isBetter(than: $0) }) ?? true { best = shape }
      }
    }
    guard var shape = best ?? Optional(Shape(text, dialect)) else { return }
    if shape.spaced * 10 >= shape.later * 9, shape.later > 0 {
      var dialect = shape.dialect
      dialect.skipInitialSpace = true
      shape = Shape(text, dialect)
    }
    dialect = shape.dialect
    width = shape.width
  }

  /// What a text looks like by one dialect.
  private struct Shape {
    let dialect: CSVDialect
    var width = 1
    /// The records with that many fields, and those that cannot be split.
    var regular = 0
    var broken = 0
    var total = 0
    var quoted = 0
    /// The fields that are not the first of their record, and those of them that begin with a
    /// space.
    var later = 0
    var spaced = 0

    private var widths: [Int: Int] = [:]

    init(_ text: [UInt8], _ dialect: CSVDialect) {
      self.dialect = dialect
      var parser = CSVParser(dialect: dialect)
      parser.consume(text.span) { batch in count(batch) }
      // The last record may be cut off, so it only counts if it is the only one.
      if total < 2 { parser.finish { batch in count(batch) } }
      // Among widths of the same weight the larger: a narrow record is the likelier exception.
      if let most = widths.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
        (width, regular) = (most.key, most.value)
      }
    }

    private mutating func count(_ batch: borrowing CSVBatch) {
      for index in 0..<batch.count where total < DialectGuess.records {
        let record = batch[index]
        total += 1
        guard record.fault == nil else {
          broken += 1
          continue
        }
        widths[Int(record.fieldCount), default: 0] += 1
        for column in 0..<Int(record.fieldCount) {
          let field = batch.field(column, of: record)
          if field.isQuoted { quoted += 1 }
          guard column > 0, field.count > 0 else { continue }
          later += 1
          if !field.isQuoted, batch.withBytes(field, { $0[0] == 0x20 }) { spaced += 1 }
        }
      }
    }

    var share: Double { total == 0 ? 0 : Double(regular) / Double(total) }

    func isBetter(than other: Shape) -> Bool {
      if abs(share - other.share) > 0.001 { return share > other.share }
      if quoted != other.quoted, width == other.width { return quoted > other.quoted }
      return width > other.width
    }
  }
}

/// Whether the first record of a file names its columns.
struct HeaderGuess {
  let isPresent: Bool
  /// Why it is taken so.
  let reason: String

  init(_ survey: borrowing FileSurvey) {
    var scratch = RowBuffer(capacity: 256)
    var (fitting, foreign, repeated) = (0, 0, 0)
    for (column, profile) in survey.columns.enumerated() {
      let value = survey.first[column]
      if profile.firstAgain > 0, !value.isEmpty { repeated += 1 }
      guard case .typed(let candidate) = profile.guess, !value.isEmpty else { continue }
      if candidate.type.accepts(value.span, &scratch) { fitting += 1 } else { foreign += 1 }
    }
    let names = survey.first.dropFirst(survey.first[0].isEmpty ? 1 : 0)
    let areNames =
      Set(names).count == names.count && names.allSatisfy { HeaderGuess.isNamelike($0) }
    if foreign > fitting {
      isPresent = true
      reason = "its values are not of the types that the columns have below"
    } else if fitting > 0 {
      isPresent = false
      reason = "its values are of the types that the columns have below"
    } else if repeated > 0 || !areNames {
      isPresent = false
      reason =
        repeated > 0 ? "its values come again below" : "its values are not all different names"
    } else {
      isPresent = true
      reason = "its values are all different and none comes again in its column"
    }
  }

  /// Whether a text begins as names do: with a letter or an underscore.
  private static func isNamelike(_ text: [UInt8]) -> Bool {
    guard let first = text.first(where: { $0 != 0x20 }) else { return false }
    return first == 0x5F || first >= 0x80 || first.isASCIILetter
  }
}
