/// Some whole records of the stream, as flat tables over the bytes they stand in.
///
/// Lent to the closure of ``CSVParser/consume(_:_:)``: the three buffers are overwritten when that
/// closure returns, so nothing may keep them. All offsets count from the first of `bytes`.
@safe
public struct CSVBatch: ~Copyable {
  /// The bytes from the first record to the last, with whatever lies between.
  public let bytes: UnsafeBufferPointer<UInt8>

  /// The records, in the order of the stream; never empty.
  public let records: UnsafeBufferPointer<CSVRecord>

  /// The fields of all records, in the order of the stream.
  public let fields: UnsafeBufferPointer<CSVField>

  /// The offset in the stream of the first of `bytes`.
  public let byteOffset: Int

  /// The number of the first record, counting records of the stream from 1, faulty ones too.
  public let firstNumber: Int

  /// Whether every one of `bytes` is ASCII; false may be due to bytes near them.
  public let isASCII: Bool

  @usableFromInline
  let firstLine: Int

  init(
    bytes: UnsafeBufferPointer<UInt8>, records: UnsafeBufferPointer<CSVRecord>,
    fields: UnsafeBufferPointer<CSVField>, byteOffset: Int, firstNumber: Int, firstLine: Int,
    isASCII: Bool
  ) {
    unsafe self.bytes = bytes
    unsafe self.records = records
    unsafe self.fields = fields
    self.byteOffset = byteOffset
    self.firstNumber = firstNumber
    self.firstLine = firstLine
    self.isASCII = isASCII
  }

  /// The number of records in the batch.
  @inlinable
  public var count: Int { unsafe records.count }

  /// The record at an index of the batch, checked.
  @inlinable
  public subscript(index: Int) -> CSVRecord {
    unsafe precondition(records.indices.contains(index), "record \(index) of \(records.count)")
    return unsafe records[index]
  }

  /// The number in the stream, from 1, of the record at an index of the batch.
  @inlinable
  public func number(at index: Int) -> Int { firstNumber + index }

  /// The line of the stream, from 1, on which a record of this batch starts.
  @inlinable
  public func line(of record: CSVRecord) -> Int { firstLine + Int(record.linesIntoBatch) }

  /// The offset in the stream of a record's first byte.
  @inlinable
  public func byteOffset(of record: CSVRecord) -> Int { byteOffset + Int(record.start) }

  /// A field of a record of this batch, by its position in the record, checked.
  @inlinable
  public func field(_ column: Int, of record: CSVRecord) -> CSVField {
    precondition(column >= 0 && column < record.fieldCount, "field \(column)")
    let index = Int(record.firstField) + column
    unsafe precondition(index < fields.count, "a record of another batch")
    return unsafe fields[index]
  }

  /// Lends the raw bytes of a record, without its line end.
  public func withRaw<R, E: Error>(
    _ record: CSVRecord, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try withBytes(Int(record.start)..<Int(record.end), body)
  }

  /// Lends the bytes of a field as they stand in the file, between its quotes.
  public func withBytes<R, E: Error>(
    _ field: CSVField, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try withBytes(Int(field.start)..<Int(field.end), body)
  }

  /// Lends some of the bytes, by their offsets in the batch, checked.
  public func withBytes<R, E: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    unsafe precondition(range.upperBound <= bytes.count && range.lowerBound >= 0, "\(range)")
    let lent = unsafe UnsafeBufferPointer(rebasing: bytes[range])
    return try unsafe body(lent.span)
  }
}
