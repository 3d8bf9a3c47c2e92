package import CSV

/// A byte that cannot stand in text: one that is not valid UTF-8 there, or NUL.
package struct NonTextByte {
  let code: RejectCode
  /// Where it stands in the batch's bytes.
  let offset: Int

  /// Finds the first in a record; nil when the record is text.
  package init?(in record: CSVRecord, of batch: borrowing CSVBatch) {
    let isUTF8 = batch.isUTF8(record)
    let found: (RejectCode, Int)? = batch.withRaw(record) { bytes in
      let nul = Bytes.firstNUL(bytes)
      guard !isUTF8 || nul != nil else { return nil }
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: bytes)
      } catch {
        let invalid = error.byteOffsets.lowerBound
        if invalid < nul ?? .max { return (.invalidUTF8, invalid) }
      }
      return nul.map { (.nulByte, $0) }
    }
    guard let found else { return nil }
    code = found.0
    offset = Int(record.start) + found.1
  }
}
