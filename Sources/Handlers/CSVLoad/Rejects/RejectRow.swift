package import CSV
package import Datasets
internal import System

/// A rejected record as a row of `sluice.rejects`.
package struct RejectRow {
  static let copy = """
    COPY sluice.rejects (load, record, line, byte_offset, column_name, code, reason, raw, raw_bytes)
    FROM STDIN (FORMAT binary)
    """

  let report: LoadReport.Reject
  /// The record's position in the bytes of its batch.
  private let raw: Range<Int>
  /// Whether the record is text.
  private let isText: Bool

  /// Describes a record that the encoder rejected, without any of our own columns before it.
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

  /// Appends the row in the binary format of COPY; the batch is the record's.
  func append(load: Int, _ batch: borrowing CSVBatch, to rows: inout RowBuffer) {
    rows.appendColumnCount(9)
    rows.appendInteger(load)
    rows.appendInteger(report.record)
    rows.appendInteger(report.line)
    rows.appendInteger(report.byteOffset)
    rows.appendText(ifPresent: report.column)
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

  /// The bytes as text, with every byte that text cannot contain written as `\xHH`.
  static func escapedText(_ bytes: [UInt8]) -> String {
    var text = ""
    var index = 0
    while index < bytes.count {
      var rest = bytes[index...].makeIterator()
      var decoder = UTF8()
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
  /// Describes a record that the encoder rejected.
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

/// The reasons for rejecting records of one file, in words; each reason is formatted once.
package struct RejectReasons {
  private let dataset: Dataset
  /// How many of our own columns come before the file's, as in a reject file.
  let columnsBefore: Int
  private var known: [FieldFault: String] = [:]

  package init(_ dataset: Dataset, columnsBefore: Int) {
    self.dataset = dataset
    self.columnsBefore = columnsBefore
  }

  /// The name of the column that a record is rejected for, if it is one.
  func column(of fault: FieldFault) -> String? {
    fault.column.map { dataset.fields[$0].name }
  }

  /// Why a record is rejected; says what was expected and never contains a value.
  mutating func reason(_ fault: FieldFault, _ record: CSVRecord) -> String {
    if let broken = record.fault { return broken.description }
    if let offset = fault.byteOffset {
      let isNUL = fault.code == .nulByte
      let what = isNUL ? "holds a NUL byte, which text cannot" : "is not valid UTF-8"
      return "\(column(of: fault) ?? "the record") \(what), at byte \(offset)"
    }
    if let index = fault.column {
      let reason = known[fault] ?? dataset.fields[index].reason(fault.code)
      known[fault] = reason
      return reason
    }
    switch fault.code {
    case .invalidUTF8: return "the record is not valid UTF-8"
    case .tooFewFields, .tooManyFields:
      let count = max(0, Int(record.fieldCount) - columnsBefore)
      return "\(count) fields; expected \(dataset.fields.count): \(dataset.fieldList)"
    default: return "the record cannot be split into fields"
    }
  }
}
