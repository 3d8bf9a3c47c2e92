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
  ///
  /// Columns of our own that stand before the file's are no part of the record.
  init(
    _ fault: FieldFault, _ batch: borrowing CSVBatch, at index: Int, of dataset: Dataset,
    columnsBefore: Int
  ) {
    let record = batch[index]
    report = LoadReport.Reject(
      record: batch.number(at: index), line: batch.line(of: record),
      byteOffset: batch.byteOffset(of: record),
      column: fault.column.map { dataset.fields[$0].name }, code: fault.code.rawValue,
      reason: Self.reason(fault, record, dataset, columnsBefore))
    let skipped = batch.start(of: record, without: columnsBefore) - Int(record.start)
    raw = batch.withRaw(record) { bytes in bytes.extracting(droppingFirst: skipped).copied }
  }

  /// Why a record is refused; says what was expected and never holds a value.
  private static func reason(
    _ fault: FieldFault, _ record: CSVRecord, _ dataset: Dataset, _ columnsBefore: Int
  ) -> String {
    if let broken = record.fault { return broken.description }
    let field = fault.column.map { dataset.fields[$0] }
    if let offset = fault.byteOffset { return reason(fault.code, field?.name, at: offset) }
    if let field { return field.reason(fault.code) }
    switch fault.code {
    case .invalidUTF8: return "the record is not valid UTF-8"
    case .tooFewFields, .tooManyFields:
      let count = max(0, Int(record.fieldCount) - columnsBefore)
      return "\(count) fields; expected \(dataset.fields.count): \(dataset.fieldList)"
    case .duplicateKey: return duplicateKey
    default: return "the record cannot be split into fields"
    }
  }

  static let duplicateKey =
    "the key is that of an earlier record or of a row of the table, and the dataset only appends"

  /// Why a record with such a byte is refused.
  private static func reason(_ code: RejectCode, _ field: String?, at offset: Int) -> String {
    let what = code == .nulByte ? "holds a NUL byte, which text cannot" : "is not valid UTF-8"
    return "\(field ?? "the record") \(what), at byte \(offset)"
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

extension CSVBatch {
  /// Where a record begins in the batch's bytes when its first fields do not count; a record that
  /// has no others counts whole.
  func start(of record: CSVRecord, without fields: Int) -> Int {
    guard fields > 0, record.fieldCount > fields else { return Int(record.start) }
    let field = field(fields, of: record)
    return Int(field.start) - (field.isQuoted ? 1 : 0)
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
