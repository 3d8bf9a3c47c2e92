package import CSV

/// Why a record is rejected; the raw values are the stable codes in reports and in
/// `sluice.rejects`.
package enum RejectCode: String, Sendable {
  case missing
  case type
  case minimum
  case maximum
  case minLength = "min-length"
  case maxLength = "max-length"
  case pattern
  case notAllowed = "enum"
  case tooLongForKey = "too-long-for-key"
  case notUnique = "unique"
  case tooFewFields = "too-few-fields"
  case tooManyFields = "too-many-fields"
  case invalidUTF8 = "invalid-utf8"
  case nulByte = "nul-byte"
  case quoting
  case recordTooLong = "record-too-long"
  /// Only the database can find this, in a table that accepts each key once.
  case duplicateKey = "duplicate-key"
}

/// Why a record cannot become a row, and which column is at fault.
package struct FieldFault: Hashable, Sendable {
  package let code: RejectCode
  /// Position in the schema; nil if the record as a whole is at fault.
  package let column: Int?
  /// The position in the stream of the byte at fault, if it is a single byte.
  package let byteOffset: Int?

  package init(_ code: RejectCode, column: Int? = nil, byteOffset: Int? = nil) {
    self.code = code
    self.column = column
    self.byteOffset = byteOffset
  }
}

extension CSVFault {
  /// The stable code of a record rejected for this fault.
  var rejectCode: RejectCode {
    switch self {
    case .textAfterQuote, .unterminatedQuote: .quoting
    case .recordTooLong: .recordTooLong
    case .tooManyFields: .tooManyFields
    }
  }
}

/// A byte that text cannot contain: NUL, or one that is not valid UTF-8 at its position.
package struct NonTextByte {
  let code: RejectCode
  /// Its position in the batch's bytes.
  let offset: Int

  /// Finds the first such byte of a record; nil if the record is text.
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
