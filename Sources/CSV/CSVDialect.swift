/// The bytes that give a CSV file its structure.
///
/// The names follow the Frictionless CSV Dialect. Line ends need no setting: LF, CRLF and a lone CR
/// each end a line, also mixed in one file.
public struct CSVDialect: Sendable, Equatable {
  /// The byte between two fields.
  public var delimiter: UInt8

  /// The byte around a field that may hold delimiters and line ends; nil when nothing is quoted.
  public var quote: UInt8?

  /// Whether two quotes inside a quoted field stand for one.
  public var doubleQuote: Bool

  /// The byte that takes away the meaning of the one after it, inside quotes and outside.
  public var escape: UInt8?

  /// The byte that makes a line a comment when it is the line's first.
  public var comment: UInt8?

  /// Whether spaces at the start of a field are dropped, also before a quote.
  public var skipInitialSpace: Bool

  /// Whether a line without any byte is a record with one empty field; else it is skipped.
  ///
  /// Skipping is what the data tools do (Python, pandas, DuckDB). `COPY` of PostgreSQL into a table
  /// of one column wants it as a record.
  public var emptyLineIsRecord: Bool

  /// Describes a dialect; without arguments, RFC 4180.
  public init(
    delimiter: UInt8 = 0x2C, quote: UInt8? = 0x22, doubleQuote: Bool = true,
    escape: UInt8? = nil, comment: UInt8? = nil, skipInitialSpace: Bool = false,
    emptyLineIsRecord: Bool = false
  ) {
    self.delimiter = delimiter
    self.quote = quote
    self.doubleQuote = doubleQuote
    self.escape = escape
    self.comment = comment
    self.skipInitialSpace = skipInitialSpace
    self.emptyLineIsRecord = emptyLineIsRecord
  }

  /// Whether the wide scan can find this dialect's structure by comparing single bytes.
  var isPlain: Bool {
    escape == nil && comment == nil && !skipInitialSpace && (doubleQuote || quote == nil)
  }
}

extension CSVDialect {
  /// Writes a field's value without its escapes.
  ///
  /// - Parameters:
  ///   - field: A field of the batch; one without escapes is copied as it is.
  ///   - bytes: The batch's bytes.
  ///   - output: Room for at least `field.count` bytes; may not overlap the batch's bytes.
  /// - Returns: The number of bytes written.
  @unsafe
  public func unescape(
    _ field: CSVField, of bytes: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutablePointer<UInt8>
  ) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    precondition(Int(field.end) <= bytes.count, "a field of another batch")
    let source = unsafe base + Int(field.start)
    let count = field.count
    guard field.hasEscapes else {
      unsafe output.update(from: source, count: count)
      return count
    }
    // A quote inside a quoted field is the first of two, else it would have closed the field.
    let doubled = field.isQuoted && doubleQuote ? quote : nil
    var read = 0
    var written = 0
    while read < count {
      var byte = unsafe source[read]
      if (byte == doubled || byte == escape) && read + 1 < count {
        read += 1
        byte = unsafe source[read]
      }
      unsafe output[written] = byte
      written += 1
      read += 1
    }
    return written
  }

  /// The value of a field without its escapes.
  ///
  /// Allocates; meant for reports and header rows, not for every field of a file.
  public func value(of field: CSVField, in batch: borrowing CSVBatch) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: field.count) { buffer, count in
      guard let output = buffer.baseAddress else { return }
      unsafe count = unescape(field, of: batch.bytes, into: output)
    }
  }

  /// The values of a record's fields without their escapes; allocates like ``value(of:in:)``.
  public func values(of record: CSVRecord, in batch: borrowing CSVBatch) -> [[UInt8]] {
    (0..<Int(record.fieldCount)).map { value(of: batch.field($0, of: record), in: batch) }
  }
}

extension CSVDialect {
  /// Appends a value as one field, in quotes when it needs them.
  ///
  /// Where nothing is quoted, what would end the field or the line becomes a space.
  public func append(_ value: Span<UInt8>, to output: inout [UInt8]) {
    var needsQuotes = value.count > 0 && startsSpecially(value[0])
    for index in value.indices where isSpecial(value[index]) { needsQuotes = true }
    guard needsQuotes else {
      unsafe value.withUnsafeBufferPointer { bytes in unsafe output += bytes }
      return
    }
    guard let quote else {
      for index in value.indices { output.append(isSpecial(value[index]) ? 0x20 : value[index]) }
      return
    }
    output.append(quote)
    for index in value.indices {
      let byte = value[index]
      if byte == escape {
        output.append(byte)
      } else if byte == quote {
        output.append(doubleQuote ? quote : escape ?? quote)
      }
      output.append(byte)
    }
    output.append(quote)
  }

  private func isSpecial(_ byte: UInt8) -> Bool {
    byte == delimiter || byte == quote || byte == escape || byte == 0x0A || byte == 0x0D
  }

  private func startsSpecially(_ first: UInt8) -> Bool {
    first == comment || skipInitialSpace && first == 0x20
  }
}
