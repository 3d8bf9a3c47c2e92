internal import CSV
internal import Datasets

/// What a file holds, column by column, as far as it was read.
struct FileSurvey: ~Copyable {
  /// Text that the dialect is guessed from.
  private static let openingBytes = 256 << 10
  /// Hashes that are kept of the values of all columns together, and of the first records.
  private static let hashLimit = 2 << 20
  private static let rowLimit = 20_000

  private(set) var guess: DialectGuess?
  /// The values of the first record of the usual width, which may be a header.
  private(set) var first: [[UInt8]] = []
  private(set) var columns: [ColumnProfile] = []
  /// For each of the first records behind that one, the hash of each value.
  private(set) var rows: [[UInt64]] = []
  /// Records of the usual width, the first not among them.
  private(set) var read = 0
  /// Records that a load would refuse whatever the schema says, and the line of the first.
  private(set) var unusable = (ragged: 0, broken: 0, nonText: 0)
  private(set) var firstUnusable: Int?

  private var opening: [UInt8] = []
  private var parser: CSVParser?
  private var scratch = RowBuffer(capacity: 256)

  /// Takes the next bytes of the file's text.
  mutating func take(_ text: Span<UInt8>) {
    guard var parser = parser.take() else {
      unsafe text.withUnsafeBufferPointer { unsafe opening.append(contentsOf: $0) }
      if opening.count >= Self.openingBytes { open() }
      return
    }
    parser.consume(text) { batch in take(batch) }
    self.parser = consume parser
  }

  /// Ends the file; one that was cut off may end in half a record, which does not count.
  mutating func finish(isCut: Bool) {
    if parser == nil { open() }
    guard var parser = parser.take(), !isCut else { return }
    parser.finish { batch in take(batch) }
  }

  private mutating func open() {
    let guess = DialectGuess(opening)
    self.guess = guess
    var parser = CSVParser(dialect: guess.dialect)
    let text = opening
    opening = []
    parser.consume(text.span) { batch in take(batch) }
    self.parser = consume parser
  }

  private mutating func take(_ batch: borrowing CSVBatch) {
    guard let guess else { return }
    for index in 0..<batch.count {
      let record = batch[index]
      guard record.fault == nil, Int(record.fieldCount) == guess.width else {
        if record.fault == nil { unusable.ragged += 1 } else { unusable.broken += 1 }
        firstUnusable = firstUnusable ?? batch.line(of: record)
        continue
      }
      guard NonTextByte(in: record, of: batch) == nil else {
        unusable.nonText += 1
        firstUnusable = firstUnusable ?? batch.line(of: record)
        continue
      }
      if columns.isEmpty {
        first = guess.dialect.values(of: record, in: batch)
        let limit = max(1024, Self.hashLimit / guess.width)
        columns = first.map { ColumnProfile(first: $0, limit: limit) }
      } else {
        read += 1
        take(record, of: batch, guess.dialect)
      }
    }
  }

  private mutating func take(
    _ record: CSVRecord, of batch: borrowing CSVBatch, _ dialect: CSVDialect
  ) {
    let isKept = rows.count < min(Self.rowLimit, Self.hashLimit / columns.count)
    var hashes: [UInt64] = []
    for column in columns.indices {
      let field = batch.field(column, of: record)
      let hash =
        field.hasEscapes
        ? columns[column].take(dialect.value(of: field, in: batch).span, &scratch)
        : batch.withBytes(field) { columns[column].take($0, &scratch) }
      if isKept { hashes.append(hash) }
    }
    if isKept { rows.append(hashes) }
  }

  /// Counts the first record among the others, once it is known to be no header.
  mutating func countFirst() {
    guard !columns.isEmpty else { return }
    read += 1
    var hashes: [UInt64] = []
    for column in columns.indices {
      let value = first[column]
      hashes.append(columns[column].take(value.span, &scratch))
    }
    rows.append(hashes)
  }
}
