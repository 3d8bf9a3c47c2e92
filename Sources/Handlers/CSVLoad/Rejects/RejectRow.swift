package import CSV
package import Datasets
internal import System

/// Refused records as rows of `sluice.rejects`, and their reasons in words.
package struct RejectRow {
  static let copy = """
    COPY sluice.rejects (load, record, line, byte_offset, column_name, code, reason, raw, raw_bytes)
    FROM STDIN (FORMAT binary)
    """

  let report: LoadReport.Reject
  /// Where the record stands in the batch's bytes.
  private let raw: Range<Int>
  /// Whether the record is text.
  private let isText: Bool

  /// Describes a record that the encoder refused.
  ///
  /// Columns of our own that stand before the file's are no part of the record.
  init(
    _ fault: FieldFault, _ batch: borrowing CSVBatch, at index: Int, isText: Bool,
    reasons: inout RejectReasons
  ) {
    let record = batch[index]
    report = LoadReport.Reject(fault, batch, at: index, &reasons)
    raw = batch.start(of: record, without: reasons.columnsBefore)..<Int(record.end)
    self.isText = isText || NonTextByte(in: record, of: batch) == nil
  }

  package static let duplicateKey =
    "the key is that of an earlier record or of a row of the table, and the dataset only appends"

  /// Appends the row in COPY's binary form; the batch is that of the record.
  func append(load: Int, _ batch: borrowing CSVBatch, to rows: inout RowBuffer) {
    rows.appendColumnCount(9)
    rows.appendInteger(load)
    rows.appendInteger(report.record)
    rows.appendInteger(report.line)
    rows.appendInteger(report.byteOffset)
    if let column = report.column { rows.appendText(column) } else { rows.appendNull() }
    rows.appendText(report.code)
    rows.appendText(report.reason)
    batch.withBytes(raw) { bytes in
      if isText {
        rows.appendBytes(bytes)
        rows.appendNull()
      } else {
        rows.appendText(Self.escapedText(bytes.copied))
        rows.appendBytes(bytes)
      }
    }
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

extension LoadReport.Reject {
  /// Describes a record that the encoder refused.
  package init(
    _ fault: FieldFault, _ batch: borrowing CSVBatch, at index: Int,
    _ reasons: inout RejectReasons
  ) {
    let record = batch[index]
    self.init(
      record: batch.number(at: index), line: batch.line(of: record),
      byteOffset: batch.byteOffset(of: record), column: reasons.column(of: fault),
      code: fault.code.rawValue, reason: reasons.reason(fault, record))
  }
}

/// Why records of one file are refused, in words; each reason is put into words once.
package struct RejectReasons {
  let dataset: Dataset
  /// How many columns of our own stand before the file's, as in a file of rejects.
  let columnsBefore: Int
  private var known: [FieldFault: String] = [:]

  package init(_ dataset: Dataset, columnsBefore: Int) {
    self.dataset = dataset
    self.columnsBefore = columnsBefore
  }

  /// The name of the column that a record is refused for, if it is one.
  func column(of fault: FieldFault) -> String? {
    fault.column.map { dataset.fields[$0].name }
  }

  /// Why a record is refused; says what was expected and never holds a value.
  mutating func reason(_ fault: FieldFault, _ record: CSVRecord) -> String {
    if let broken = record.fault { return broken.description }
    let column = column(of: fault)
    if let offset = fault.byteOffset { return Self.reason(fault.code, column, at: offset) }
    guard let index = fault.column else { return reason(fault.code, record) }
    if let reason = known[fault] { return reason }
    let reason = dataset.fields[index].reason(fault.code)
    known[fault] = reason
    return reason
  }

  /// Why a record is refused as a whole.
  private func reason(_ code: RejectCode, _ record: CSVRecord) -> String {
    switch code {
    case .invalidUTF8: return "the record is not valid UTF-8"
    case .tooFewFields, .tooManyFields:
      let count = max(0, Int(record.fieldCount) - columnsBefore)
      return "\(count) fields; expected \(dataset.fields.count): \(dataset.fieldList)"
    case .duplicateKey: return RejectRow.duplicateKey
    default: return "the record cannot be split into fields"
    }
  }

  /// Why a record with such a byte is refused.
  private static func reason(_ code: RejectCode, _ field: String?, at offset: Int) -> String {
    let what = code == .nulByte ? "holds a NUL byte, which text cannot" : "is not valid UTF-8"
    return "\(field ?? "the record") \(what), at byte \(offset)"
  }
}
