internal import CSV

/// Refused records as rows of `sluice.rejects`, and their reasons in words.
struct RejectRow {
  static let copy = """
    COPY sluice.rejects (load, record, line, byte_offset, column_name, code, reason, raw, raw_bytes)
    FROM STDIN (FORMAT binary)
    """

  let report: LoadReport.Reject
  let raw: [UInt8]

  init(report: LoadReport.Reject, raw: [UInt8]) {
    self.report = report
    self.raw = raw
  }

  /// Describes a record that the encoder refused.
  init(_ fault: FieldFault, _ batch: borrowing CSVBatch, at index: Int, of dataset: Dataset) {
    let record = batch[index]
    report = LoadReport.Reject(
      record: batch.number(at: index), line: batch.line(of: record),
      byteOffset: batch.byteOffset(of: record),
      column: fault.column.map { dataset.fields[$0].name }, code: fault.code.rawValue,
      reason: Self.reason(fault, record, dataset))
    raw = batch.withRaw(record) { bytes in bytes.copied }
  }

  /// Why a record is refused; says what was expected and never holds a value.
  static func reason(_ fault: FieldFault, _ record: CSVRecord, _ dataset: Dataset) -> String {
    let field = fault.column.map { dataset.fields[$0] }
    let name = field?.name ?? "record"
    if let broken = record.fault { return broken.description }
    switch fault.code {
    case .missing: return "\(name) is missing; expected \(field?.type.expectation ?? "a value")"
    case .type: return "\(name) is not \(field?.type.expectation ?? "of its type")"
    case .tooFewFields, .tooManyFields:
      return "\(record.fieldCount) fields; expected \(dataset.fields.count): \(dataset.fieldList)"
    case .invalidUTF8: return "the record is not valid UTF-8"
    case .nulByte: return "\(name) holds a NUL byte, which text cannot"
    case .quoting, .recordTooLong: return "the record cannot be split into fields"
    }
  }

  /// Appends the row in COPY's binary form.
  func append(load: Int, to rows: inout RowBuffer) {
    rows.appendColumnCount(9)
    rows.appendInt64(load)
    rows.appendInt64(report.record)
    rows.appendInt64(report.line)
    rows.appendInt64(report.byteOffset)
    if let column = report.column { rows.appendText(column) } else { rows.appendNull() }
    rows.appendText(report.code)
    rows.appendText(report.reason)
    if let text = Self.exactText(raw) {
      rows.appendText(text)
      rows.appendNull()
    } else {
      rows.appendText(Self.escapedText(raw))
      rows.appendBytes(raw)
    }
  }

  /// The bytes as text, when text can hold them exactly.
  private static func exactText(_ bytes: [UInt8]) -> String? {
    bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// The bytes as text with every byte that text cannot hold written as `\xHH`.
  static func escapedText(_ bytes: [UInt8]) -> String {
    var text = ""
    var decoder = UTF8()
    var index = 0
    while index < bytes.count {
      var rest = bytes[index...].makeIterator()
      decoder = UTF8()
      if bytes[index] != 0, case .scalarValue(let scalar) = decoder.decode(&rest) {
        text.unicodeScalars.append(scalar)
        index += UTF8.width(scalar)
      } else {
        let hex = String(bytes[index], radix: 16)
        text += hex.utf8.count == 1 ? "\\x0\(hex)" : "\\x\(hex)"
        index += 1
      }
    }
    return text
  }
}

extension CSVFault {
  /// The stable code a record with this fault is refused with.
  var rejectCode: RejectCode {
    switch self {
    case .textAfterQuote, .unterminatedQuote: .quoting
    case .recordTooLong: .recordTooLong
    case .tooManyFields: .tooManyFields
    }
  }
}
