internal import CSV
package import Datasets

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
