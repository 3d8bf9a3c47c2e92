internal import CSV

/// Decides whether a file's first record is a header, and where each field of the schema stands.
struct HeaderRow {
  /// Whether the first record names the columns and holds no data.
  let isPresent: Bool
  /// Whether it names them otherwise than the schema, so that it might have been a broken record.
  var isGuess = false
  /// For each field of the schema, its position in the file's records.
  let sources: [Int]

  /// Judges the first record of a file.
  ///
  /// A record whose values are the schema's names, in any case and order, is a header that maps the
  /// columns. One with the right number of fields of which no non-string one converts, or even
  /// begins as a number or a time does, is a header with names of its own. Anything else is data:
  /// a value out of its range must not make a record a header and lose it.
  ///
  /// - Throws: ``LoadFault`` when the dialect promises a header and the record is none.
  init(first batch: borrowing CSVBatch, of dataset: Dataset) throws(LoadFault) {
    let inOrder = Array(dataset.fields.indices)
    guard dataset.header != .absent else {
      (isPresent, sources) = (false, inOrder)
      return
    }
    let values = Self.values(batch, dataset)
    if let named = Self.sources(of: values, dataset) {
      (isPresent, sources) = (true, named)
    } else if dataset.header == .present {
      throw LoadFault(
        .headerMismatch,
        "line \(batch.line(of: batch[0])): the header does not name the fields of \(dataset.name); "
          + "expected \(dataset.fieldList)")
    } else {
      (isPresent, sources) = (Self.looksLikeNames(values, dataset), inOrder)
      isGuess = isPresent
    }
  }

  private static func values(
    _ batch: borrowing CSVBatch, _ dataset: Dataset
  ) -> [[UInt8]] {
    let record = batch[0]
    return (0..<Int(record.fieldCount)).map { column in
      batch.withBytes(batch.field(column, of: record)) { bytes in bytes.copied }
    }
  }

  private static func sources(of values: [[UInt8]], _ dataset: Dataset) -> [Int]? {
    guard values.count == dataset.fields.count else { return nil }
    let names = values.map { normalized(String(decoding: $0, as: UTF8.self)) }
    var sources: [Int] = []
    for field in dataset.fields {
      guard let source = names.firstIndex(of: normalized(field.name)) else { return nil }
      sources.append(source)
    }
    return Set(sources).count == sources.count ? sources : nil
  }

  /// A name as headers vary it: case, surrounding space, and space or dash for underscore.
  private static func normalized(_ name: String) -> String {
    let trimmed = name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
    return String(trimmed.reversed()).lowercased()
      .replacing(" ", with: "_").replacing("-", with: "_")
  }

  private static func looksLikeNames(_ values: [[UInt8]], _ dataset: Dataset) -> Bool {
    guard values.count == dataset.fields.count else { return false }
    let typed = zip(dataset.fields, values).filter { !$0.0.type.isString }
    return !typed.isEmpty
      && typed.allSatisfy { field, value in
        beginsLikeName(value) && !RowEncoder.converts(value, field)
      }
  }

  private static func beginsLikeName(_ value: [UInt8]) -> Bool {
    guard let first = value.first(where: { $0 != 0x20 }) else { return false }
    return switch first {
    case 0x2b, 0x2d, 0x2e, 0x30...0x39: false
    default: true
    }
  }
}
