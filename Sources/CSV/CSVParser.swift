/// Splits a stream of bytes into CSV records and fields, piece by piece.
///
/// Pieces may end anywhere, also inside a quoted field or between CR and LF: the records are the
/// same for every split. What a call leaves unfinished is copied and waits for the next one; all
/// other bytes are read where they lie. Memory is bounded by `maxRecordBytes` and the piece's size.
///
/// What counts as what:
/// - A UTF-8 byte order mark at the start of the stream is skipped.
/// - LF, CRLF and CR end a line. A record's bytes end before its line end; the last may have none.
/// - A line without any byte is skipped, unless the dialect says otherwise; a line of spaces is a
///   record. Skipped lines and comments count as lines, not as records.
/// - Records may have any number of fields, each its own: the caller judges.
/// - A quote that is not the first byte of its field, in a field without quotes, is text.
/// - A record whose quoting is broken, or that passes a limit, is reported with a ``CSVFault``. It
///   then consists of its first line, and parsing goes on at the line after. An opening quote that
///   ended in a fault stays a fault for the later lines whose record would run through it.
///
/// The format is that of RFC 4180.
@safe
public struct CSVParser: ~Copyable {
  private var feed: CSVFeed

  /// Makes a parser for one stream.
  ///
  /// - Parameters:
  ///   - dialect: The bytes that give the file its structure.
  ///   - maxRecordBytes: The longest record that is read, from 64 to 2^29; a longer one is a fault.
  ///   - maxFields: The most fields a record may have.
  public init(
    dialect: CSVDialect = CSVDialect(), maxRecordBytes: Int = 16 << 20, maxFields: Int = 65536
  ) {
    feed = CSVFeed(
      dialect: dialect, maxRecordBytes: min(max(maxRecordBytes, 64), 1 << 29),
      maxFields: max(maxFields, 1))
  }

  /// Takes the stream's next bytes and lends the records they complete, in batches.
  ///
  /// What the closure throws ends the stream: the parser is then ready for another one.
  public mutating func consume<E: Error>(
    _ bytes: Span<UInt8>, _ body: (borrowing CSVBatch) throws(E) -> Void
  ) throws(E) {
    try unsafe bytes.withUnsafeBufferPointer { (piece) throws(E) in
      guard let first = piece.baseAddress, piece.count > 0 else { return }
      unsafe feed.begin(first, piece.count)
      while unsafe feed.advance(first, piece.count) {
        do throws(E) {
          try unsafe body(feed.batch(first))
        } catch {
          feed.reset()
          throw error
        }
      }
    }
  }

  /// Ends the stream and lends the records that were still open.
  ///
  /// The parser is then ready for another stream.
  public mutating func finish<E: Error>(
    _ body: (borrowing CSVBatch) throws(E) -> Void
  ) throws(E) {
    while feed.advanceToEnd() {
      do throws(E) {
        try body(feed.batchAtEnd())
      } catch {
        feed.reset()
        throw error
      }
    }
    feed.reset()
  }
}
