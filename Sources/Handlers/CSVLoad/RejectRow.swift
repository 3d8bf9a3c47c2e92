package import CSV
package import Datasets
internal import SteadyClock

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
