package import CSV
package import Datasets
internal import System

/// Decides whether a file's first record is a header, and finds the position of each field.
package struct HeaderRow {
  /// Whether the first record names the columns and contains no data.
  package let isPresent: Bool
  /// Whether its names differ from the schema's, so that it might have been a broken record.
  package var isGuess = false
  /// For each field of the schema, its position in the file's records.
  package let sources: [Int]
  /// How many columns come before those of the schema: our own, in a reject file.
  package var columnsBefore = 0

  /// Examines the first record of a file.
  ///
  /// A record whose values are the schema's names, in any case and order, is a header that maps the
  /// columns. A record with the right number of fields, of which no non-string field converts or
  /// even begins like a number or a time, is a header with names of its own. Anything else is data:
  /// a value out of range must not turn a record into a header and lose it. The header of a reject
  /// file is always recognized.
  ///
  /// - Throws: ``LoadFault`` if the dialect promises a header and the record is not one.
  package init(first batch: borrowing CSVBatch, of dataset: Dataset) throws(LoadFault) {
    let inOrder = Array(dataset.fields.indices)
    let values = dataset.dialect.values(of: batch[0], in: batch)
    let ours = RejectsFile.columns
    if values.count > ours.count, zip(values, ours).allSatisfy({ $0.elementsEqual($1.utf8) }) {
      guard let named = Self.sources(of: Array(values.dropFirst(ours.count)), dataset) else {
        throw Self.mismatch(batch, dataset)
      }
      (isPresent, sources) = (true, named.map { $0 + ours.count })
      columnsBefore = ours.count
      return
    }
    guard dataset.header != .absent, dataset.header != .skipped else {
      (isPresent, sources) = (dataset.header == .skipped, inOrder)
      return
    }
    if let named = Self.sources(of: values, dataset) {
      (isPresent, sources) = (true, named)
    } else if dataset.header == .present {
      throw Self.mismatch(batch, dataset)
    } else {
      (isPresent, sources) = (Self.looksLikeNames(values, dataset), inOrder)
      isGuess = isPresent
    }
  }

  /// The names of the schema's fields in the order of the file.
  func columns(of dataset: Dataset) -> [String] {
    zip(sources, dataset.fields).sorted { $0.0 < $1.0 }.map(\.1.name)
  }

  private static func mismatch(_ batch: borrowing CSVBatch, _ dataset: Dataset) -> LoadFault {
    LoadFault(
      .headerMismatch,
      "line \(batch.line(of: batch[0])): the header does not name the fields of \(dataset.name); "
        + "expected \(dataset.fieldList)")
  }

  private static func sources(of values: [[UInt8]], _ dataset: Dataset) -> [Int]? {
    guard values.count == dataset.fields.count else { return nil }
    let names = values.map { String(decoding: $0, as: UTF8.self) }
    if let exact = sources(of: names, among: dataset.fields.map(\.name)) { return exact }
    guard !dataset.isHeaderCaseSensitive else { return nil }
    return sources(of: names.map(normalized), among: dataset.fields.map { normalized($0.name) })
      ?? sources(of: names.map(cleaned), among: dataset.fields.map { cleaned($0.name) })
  }

  private static func sources(of names: [String], among fields: [String]) -> [Int]? {
    let sources = fields.compactMap { names.firstIndex(of: $0) }
    return Set(sources).count == fields.count ? sources : nil
  }

  /// A name without the usual variations: case, surrounding space, and space or dash for
  /// underscore.
  private static func normalized(_ name: String) -> String {
    let trimmed = name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
    return String(trimmed.reversed()).lowercased()
      .substituting(" ", by: "_").substituting("-", by: "_")
  }

  /// A name reduced to its letters and digits, as `sluice infer` makes one from `Area (km²)`.
  private static func cleaned(_ name: String) -> String { CleanName.made(of: name) ?? name }

  private static func looksLikeNames(_ values: [[UInt8]], _ dataset: Dataset) -> Bool {
    guard values.count == dataset.fields.count else { return false }
    let typed = zip(dataset.fields, values).filter { !$0.0.type.isString }
    return !typed.isEmpty
      && typed.allSatisfy { field, value in
        beginsLikeName(value) && !field.missingValues.contains(value) && !field.converts(value)
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
