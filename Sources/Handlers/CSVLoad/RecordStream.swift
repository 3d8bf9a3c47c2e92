package import CSV
internal import Compression
package import Datasets

/// Turns the bytes of a file, compressed or not, into its records.
package struct RecordStream: ~Copyable {
  private var text = TextStream()
  private var parser: CSVParser
  /// The bytes of the file so far, as they came.
  package private(set) var bytes = 0

  package init(_ dialect: CSVDialect) {
    parser = CSVParser(dialect: dialect)
  }

  /// Whether the file is known not to be compressed.
  package var isPlain: Bool { text.isPlain }

  /// Takes the file's next bytes and lends the records they complete.
  package mutating func consume(
    _ piece: Span<UInt8>, _ body: (borrowing CSVBatch) throws -> Void
  ) throws {
    bytes += piece.count
    try text.consume(piece) { text in try parser.consume(text, body) }
  }

  /// Ends the file and lends the records that were still open.
  ///
  /// - Throws: ``LoadFault`` when it held nothing at all, unless the dataset allows that.
  package mutating func finish(
    of dataset: Dataset, _ body: (borrowing CSVBatch) throws -> Void
  ) throws {
    try text.finish { text in try parser.consume(text, body) }
    guard text.bytesGiven > 0 || dataset.allowsEmpty else {
      let size = text.compression.map { "\(bytes) bytes of \($0.rawValue) data that hold 0 bytes" }
      throw LoadFault(
        .emptyObject,
        "the object is empty: \(size ?? "0 bytes"); expected CSV records of \(dataset.name): "
          + dataset.fieldList)
    }
    try parser.finish(body)
  }
}
