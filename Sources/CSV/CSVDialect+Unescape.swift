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
