/// Why a record is refused; the raw values are the stable codes in reports and in `sluice.rejects`.
package enum RejectCode: String, Sendable {
  case missing
  case type
  case tooFewFields = "too-few-fields"
  case tooManyFields = "too-many-fields"
  case invalidUTF8 = "invalid-utf8"
  case nulByte = "nul-byte"
  case quoting
  case recordTooLong = "record-too-long"
}

/// A record that cannot become a row: which column stands in the way, and why.
package struct FieldFault: Equatable, Sendable {
  package let code: RejectCode
  /// Position in the schema, or nil when the record as a whole is at fault.
  package let column: Int?

  package init(_ code: RejectCode, column: Int? = nil) {
    self.code = code
    self.column = column
  }
}
