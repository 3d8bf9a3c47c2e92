package import CSV

/// Turns records of a dataset into rows for COPY, judging every field by the schema.
///
/// Types are judged here and more strictly than the server would, so that the server can neither
/// refuse nor bend a row that passed. A refused record only rewinds the output.
package struct RowEncoder {
  /// How one field is judged and written; kept flat so that the loop touches no reference.
  private struct Plan {
    enum Kind: UInt8 {
      case text, ruledText, integer4, integer8, number, boolean, date, datetime, uuid
    }

    let kind: Kind
    let isRequired: Bool
    /// Whether the field alone is the key, and a whole number.
    let isKey: Bool
    let source: Int
    let low: Int64
    let high: Int64
  }

  private let plans: [Plan]
  private let rules: [FieldType.TextRule]
  private let missingValues: [[UInt8]]
  private let onlyEmptyIsMissing: Bool
  private let withPositions: Bool
  private let dialect: CSVDialect
  private var lastKey = Int64.min

  /// Whether every key so far was greater than the one before, so that none can have come twice.
  ///
  /// Files are mostly written in the order of their key, and to see it costs nothing here, where the
  /// server would have to group the whole file.
  package private(set) var keysAscend: Bool

  /// Makes an encoder for files whose fields stand at the given positions, in schema order.
  package init(_ dataset: Dataset, sources: [Int]) {
    rules = dataset.fields.map { field in
      if case .string(let rule) = field.type { rule } else { FieldType.TextRule() }
    }
    plans = zip(dataset.fields, sources).map { field, source in
      var low = Int64.min
      var high = Int64.max
      let kind: Plan.Kind
      switch field.type {
      case .string(let rule): kind = rule.isAny ? .text : .ruledText
      case .integer(let range):
        kind = field.type.columnType == "integer" ? .integer4 : .integer8
        (low, high) = (range.lowerBound, range.upperBound)
      case .number: kind = .number
      case .boolean: kind = .boolean
      case .date: kind = .date
      case .datetime: kind = .datetime
      case .uuid: kind = .uuid
      }
      let isKey = dataset.key == [field.name] && (kind == .integer4 || kind == .integer8)
      return Plan(
        kind: kind, isRequired: field.isRequired, isKey: isKey, source: source, low: low,
        high: high)
    }
    keysAscend = plans.contains { $0.isKey }
    missingValues = dataset.missingValues
    onlyEmptyIsMissing = dataset.missingValues == [[]]
    withPositions = dataset.isDerived
    dialect = dataset.dialect
  }

  /// Why a pass over a batch ended.
  package enum Stop {
    /// Every record was taken.
    case end
    /// The output holds a piece worth sending; the pass goes on at `next`.
    case full(next: Int)
    /// The record at `index` is refused.
    case refused(index: Int, FieldFault)
  }

  /// Appends rows for the records from `first` on.
  ///
  /// Stops at the first refused record, or once the output holds `limit` bytes.
  package mutating func encode(
    _ batch: borrowing CSVBatch, from first: Int, into rows: inout RowBuffer, limit: Int
  ) -> Stop {
    guard let base = unsafe batch.bytes.baseAddress else { return .end }
    // One look at the whole batch spares a look at each of its records.
    let isClean = unsafe batch.isUTF8 && !Bytes.hasNUL(base, batch.bytes.count)
    var index = first
    while index < batch.count {
      if rows.count >= limit { return .full(next: index) }
      let record = unsafe batch.records[index]
      let before = rows.count
      if let fault = unsafe append(record, batch, base, isClean, &rows) {
        rows.truncate(to: before)
        return .refused(index: index, fault)
      }
      if withPositions { unsafe appendPositions(record, index, batch, base, &rows) }
      index &+= 1
    }
    return .end
  }

  @inline(__always)
  private mutating func append(
    _ record: CSVRecord, _ batch: borrowing CSVBatch, _ base: UnsafePointer<UInt8>,
    _ isClean: Bool, _ rows: inout RowBuffer
  ) -> FieldFault? {
    if let fault = record.fault { return FieldFault(fault.rejectCode) }
    guard record.fieldCount == plans.count else {
      return record.fieldCount < plans.count
        ? FieldFault(.tooFewFields) : FieldFault(.tooManyFields)
    }
    if !isClean, !batch.isUTF8(record) { return FieldFault(.invalidUTF8) }
    let length = Int(record.end &- record.start)
    // No binary form is longer than its text by more than a number's header and two words.
    rows.reserve(2 * length + 24 * plans.count + 64)
    rows.append(Int16(plans.count + (withPositions ? Merge.positions.count : 0)))
    for column in plans.indices {
      let plan = plans[column]
      let field = unsafe batch.fields[Int(record.firstField) &+ plan.source]
      if let code = unsafe append(field, plan, column, batch, base, isClean, &rows) {
        return FieldFault(code, column: column)
      }
    }
    return nil
  }

  private func appendPositions(
    _ record: CSVRecord, _ index: Int, _ batch: borrowing CSVBatch, _ base: UnsafePointer<UInt8>,
    _ rows: inout RowBuffer
  ) {
    rows.appendInt64(batch.number(at: index))
    rows.appendInt64(batch.line(of: record))
    rows.appendInt64(batch.byteOffset(of: record))
    let length = Int(record.end &- record.start)
    rows.reserve(4 + length)
    rows.append(Int32(length))
    unsafe rows.append(base + Int(record.start), count: length)
  }

  @inline(__always)
  private mutating func append(
    _ field: CSVField, _ plan: Plan, _ column: Int, _ batch: borrowing CSVBatch,
    _ base: UnsafePointer<UInt8>, _ isClean: Bool, _ rows: inout RowBuffer
  ) -> RejectCode? {
    let bytes = unsafe base + Int(field.start)
    let count = field.count
    if unsafe isMissing(bytes, count) {
      if plan.isRequired { return .missing }
      rows.append(Int32(-1))
      return nil
    }
    switch plan.kind {
    case .integer4:
      guard let value = unsafe IntegerText.parse(bytes, count, plan.low, plan.high) else {
        return .type
      }
      if plan.isKey { note(key: value) }
      rows.append(Int32(4))
      rows.append(Int32(truncatingIfNeeded: value))
    case .datetime:
      guard let value = unsafe DateTimeText.microseconds(bytes, count) else { return .type }
      rows.append(Int32(8))
      rows.append(value)
    case .text:
      if !isClean, unsafe Bytes.hasNUL(bytes, count) { return .nulByte }
      unsafe appendText(field, batch, bytes, count, &rows)
    case .integer8:
      guard let value = unsafe IntegerText.parse(bytes, count, plan.low, plan.high) else {
        return .type
      }
      if plan.isKey { note(key: value) }
      rows.append(Int32(8))
      rows.append(value)
    case .ruledText, .number, .boolean, .date, .uuid:
      return unsafe appendOther(field, plan, column, batch, bytes, count, isClean, &rows)
    }
    return nil
  }

  @inline(__always)
  private mutating func note(key: Int64) {
    // The least integer there is counts as a repetition of the start, which only costs a look.
    if key <= lastKey { keysAscend = false }
    lastKey = key
  }

  private func appendOther(
    _ field: CSVField, _ plan: Plan, _ column: Int, _ batch: borrowing CSVBatch,
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ isClean: Bool, _ rows: inout RowBuffer
  ) -> RejectCode? {
    let lengthAt = rows.count
    switch plan.kind {
    case .ruledText:
      if !isClean, unsafe Bytes.hasNUL(bytes, count) { return .nulByte }
      unsafe appendText(field, batch, bytes, count, &rows)
      let isAllowed = rows.withBytes { written in
        rules[column].allows(written, from: lengthAt + 4)
      }
      return isAllowed ? nil : .type
    case .number:
      rows.reserve(NumericText.capacity(count))
      rows.append(Int32(0))
      guard unsafe NumericText.append(bytes, count, to: &rows) else { return .type }
      rows.setLength(Int32(rows.count - lengthAt - 4), at: lengthAt)
    case .boolean:
      guard let value = unsafe BooleanText.parse(bytes, count) else { return .type }
      rows.append(Int32(1))
      rows.append(UInt8(value ? 1 : 0))
    case .date:
      guard let value = unsafe DateTimeText.date(bytes, count) else { return .type }
      rows.append(Int32(4))
      rows.append(value)
    case .uuid:
      rows.append(Int32(16))
      guard unsafe UUIDText.append(bytes, count, to: &rows) else { return .type }
    case .text, .integer4, .integer8, .datetime:
      return .type
    }
    return nil
  }

  @inline(__always)
  private func appendText(
    _ field: CSVField, _ batch: borrowing CSVBatch, _ bytes: UnsafePointer<UInt8>, _ count: Int,
    _ rows: inout RowBuffer
  ) {
    let lengthAt = rows.count
    rows.append(Int32(truncatingIfNeeded: count))
    guard field.hasEscapes else {
      unsafe rows.append(bytes, count: count)
      return
    }
    unsafe rows.appendUnsafe { room in
      unsafe dialect.unescape(field, of: batch.bytes, into: room)
    }
    rows.setLength(Int32(rows.count - lengthAt - 4), at: lengthAt)
  }

  @inline(__always)
  private func isMissing(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    if onlyEmptyIsMissing { return count == 0 }
    return unsafe isListedAsMissing(bytes, count)
  }

  private func isListedAsMissing(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    missingValues.contains { value in
      guard value.count == count else { return false }
      for index in 0..<count where unsafe value[index] != bytes[index] { return false }
      return true
    }
  }
}

extension RowEncoder {
  /// Whether one value alone would pass as a field.
  static func converts(_ value: [UInt8], _ field: Dataset.Field) -> Bool {
    unsafe value.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return false }
      var scratch = RowBuffer(capacity: 64)
      scratch.reserve(NumericText.capacity(bytes.count) + 64)
      return switch field.type {
      case .string: true
      case .uuid: unsafe UUIDText.append(start, bytes.count, to: &scratch)
      case .integer(let range):
        unsafe IntegerText.parse(start, bytes.count, range.lowerBound, range.upperBound) != nil
      case .number: unsafe NumericText.append(start, bytes.count, to: &scratch)
      case .boolean: unsafe BooleanText.parse(start, bytes.count) != nil
      case .date: unsafe DateTimeText.date(start, bytes.count) != nil
      case .datetime: unsafe DateTimeText.microseconds(start, bytes.count) != nil
      }
    }
  }
}
