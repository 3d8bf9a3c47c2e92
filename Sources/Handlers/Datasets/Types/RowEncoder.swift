package import CSV

/// Encodes records of a dataset as rows for COPY and validates every field against the schema.
///
/// Values are validated here, and more strictly than by the server, so that the server can neither
/// reject nor alter an accepted row. A rejected record only rewinds the output.
package struct RowEncoder {
  /// How one field is validated and written; flat, so that the loop touches no reference.
  fileprivate struct Plan {
    /// The most common types in their usual forms, and `other` for everything else.
    enum Kind: UInt8 {
      case text, integer4, integer8, number, boolean, date, datetime, uuid, other
    }

    let kind: Kind
    let isRequired: Bool
    /// Whether the field alone is the key, and a whole number.
    let isKey: Bool
    let source: Int
    /// The bounds of an integer.
    let low: Int64
    let high: Int64
  }

  /// Columns with the position of a staged record, for datasets whose rows can still be rejected.
  package static let positions = [
    (name: "sluice_record", type: "bigint"), (name: "sluice_line", type: "bigint"),
    (name: "sluice_offset", type: "bigint"), (name: "sluice_raw", type: "bytea"),
  ]

  private let plans: [Plan]
  private let fields: [Dataset.Field]
  private let onlyEmptyIsMissing: Bool
  /// Whether each row ends with the position of its record, for staging.
  package var withPositions: Bool
  /// Bytes that the row of a record may need beyond twice its text.
  private let extraBytes: Int
  private let dialect: CSVDialect
  private let columnsBefore: Int
  private var lastKey = Int64.min

  /// Whether every key so far was greater than the one before, so that none can repeat.
  ///
  /// Most files are sorted by their key. Noticing this costs nothing here, whereas the server would
  /// have to group the whole file.
  package private(set) var keysAscend: Bool

  /// Makes an encoder for files whose fields, in schema order, are at the given positions.
  ///
  /// Columns before the schema's are skipped and are not part of a rejected record.
  package init(_ dataset: Dataset, sources: [Int], columnsBefore: Int = 0) {
    self.columnsBefore = columnsBefore
    fields = dataset.fields
    plans = zip(dataset.fields, sources).map { field, source in
      let kind = Plan.Kind(of: field)
      let isInteger = kind == .integer4 || kind == .integer8
      let range = isInteger ? field.constraints.integerRange : 0...0
      let isKey = isInteger && dataset.key == [field.name]
      return Plan(
        kind: kind, isRequired: field.isRequired, isKey: isKey, source: source,
        low: range.lowerBound, high: range.upperBound)
    }
    keysAscend = plans.contains { $0.isKey }
    onlyEmptyIsMissing = dataset.fields.allSatisfy { $0.missingValues == [[]] }
    withPositions = dataset.keepsPositions
    // Each value is preceded by its length, and four columns of eight bytes may follow the last.
    extraBytes = dataset.fields.reduce(64) { $0 + 4 + $1.type.extraBytes }
    dialect = dataset.dialect
  }

  /// Why a pass over a batch ended.
  package enum Stop {
    /// Every record was encoded.
    case end
    /// The output is large enough to be sent, or the keys no longer ascend; the pass continues at
    /// `next`, whose record was not encoded.
    case full(next: Int)
    /// The record at `index` is rejected.
    case refused(index: Int, FieldFault)
  }

  /// Whether all of a batch is text: one check of the whole replaces a check of each record.
  package static func isText(_ batch: borrowing CSVBatch) -> Bool {
    guard let base = unsafe batch.bytes.baseAddress else { return true }
    return unsafe batch.isUTF8 && !Bytes.hasNUL(base, batch.bytes.count)
  }

  /// Appends rows for the records from `first` on.
  ///
  /// Stops at the first rejected record, before the one that ends the ascent of the keys, or once
  /// the output has `limit` bytes.
  package mutating func encode(
    _ batch: borrowing CSVBatch, from first: Int, isText isClean: Bool, into rows: inout RowBuffer,
    limit: Int
  ) -> Stop {
    guard let base = unsafe batch.bytes.baseAddress else { return .end }
    let ascended = keysAscend
    var index = first
    while index < batch.count {
      if rows.count >= limit { return .full(next: index) }
      let record = unsafe batch.records[index]
      let before = rows.count
      if let fault = unsafe append(record, batch, base, isClean, &rows) {
        rows.truncate(to: before)
        return .refused(index: index, fault)
      }
      if keysAscend != ascended {
        rows.truncate(to: before)
        return .full(next: index)
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
    guard record.fieldCount == plans.count + columnsBefore else {
      return record.fieldCount < plans.count + columnsBefore
        ? FieldFault(.tooFewFields) : FieldFault(.tooManyFields)
    }
    if !isClean, let fault = nonText(record, batch) { return fault }
    let length = Int(record.end &- record.start)
    rows.reserve(2 * length + extraBytes)
    rows.append(Int16(plans.count + (withPositions ? Self.positions.count : 0)))
    for column in plans.indices {
      let plan = plans[column]
      let field = unsafe batch.fields[Int(record.firstField) &+ plan.source]
      if let code = unsafe append(field, plan, column, batch, base, isClean, &rows) {
        return FieldFault(code, column: column)
      }
    }
    return nil
  }

  /// Why a record is not text: the byte at fault and its column.
  @inline(never)
  private func nonText(_ record: CSVRecord, _ batch: borrowing CSVBatch) -> FieldFault? {
    guard let byte = NonTextByte(in: record, of: batch) else { return nil }
    let column = plans.firstIndex { plan in
      let field = batch.field(plan.source, of: record)
      return byte.offset >= field.start && byte.offset < field.end
    }
    return FieldFault(byte.code, column: column, byteOffset: batch.byteOffset + byte.offset)
  }

  private func appendPositions(
    _ record: CSVRecord, _ index: Int, _ batch: borrowing CSVBatch, _ base: UnsafePointer<UInt8>,
    _ rows: inout RowBuffer
  ) {
    rows.appendInteger(batch.number(at: index))
    rows.appendInteger(batch.line(of: record))
    rows.appendInteger(batch.byteOffset(of: record))
    let start = batch.start(of: record, without: columnsBefore)
    let length = Int(record.end) - start
    rows.reserve(4 + length)
    rows.append(Int32(length))
    unsafe rows.append(base + start, count: length)
  }

  @inline(__always)
  private mutating func append(
    _ field: CSVField, _ plan: Plan, _ column: Int, _ batch: borrowing CSVBatch,
    _ base: UnsafePointer<UInt8>, _ isClean: Bool, _ rows: inout RowBuffer
  ) -> RejectCode? {
    let bytes = unsafe base + Int(field.start)
    let count = field.count
    if unsafe onlyEmptyIsMissing ? count == 0 : isListedAsMissing(field, column, batch, bytes) {
      if plan.isRequired { return .missing }
      rows.append(Int32(-1))
      return nil
    }
    switch plan.kind {
    case .integer4:
      guard let value = unsafe integer(field, plan, base) else {
        if field.hasEscapes { keysAscend = false }
        return unsafe appendOther(field, column, batch, bytes, isClean, &rows)
      }
      if plan.isKey { note(key: value) }
      rows.append(Int32(4))
      rows.append(Int32(truncatingIfNeeded: value))
    case .datetime:
      guard let value = unsafe DateTimeText.microseconds(bytes, count) else {
        return unsafe appendOther(field, column, batch, bytes, isClean, &rows)
      }
      rows.append(Int32(8))
      rows.append(value)
    case .text:
      if !isClean, unsafe Bytes.hasNUL(bytes, count) { return .nulByte }
      unsafe appendText(field, batch, bytes, count, &rows)
    case .integer8:
      guard let value = unsafe integer(field, plan, base) else {
        if field.hasEscapes { keysAscend = false }
        return unsafe appendOther(field, column, batch, bytes, isClean, &rows)
      }
      if plan.isKey { note(key: value) }
      rows.append(Int32(8))
      rows.append(value)
    case .number, .boolean, .date, .uuid:
      let before = rows.count
      if unsafe appendUsual(plan.kind, bytes, count, hasRoomBefore: field.start >= 8, &rows) {
        return nil
      }
      rows.truncate(to: before)
      return unsafe appendOther(field, column, batch, bytes, isClean, &rows)
    case .other:
      return unsafe appendOther(field, column, batch, bytes, isClean, &rows)
    }
    return nil
  }

  /// Reads an integer within its field's bounds.
  @inline(__always)
  private func integer(
    _ field: CSVField, _ plan: Plan, _ base: UnsafePointer<UInt8>
  ) -> Int64? {
    let end = Int(field.start) &+ field.count
    // At the start of the batch, there may be no eight bytes before the end.
    if field.count <= 8, end >= 8, field.count > 0,
      let value = unsafe IntegerText.parseShort(base + end, field.count)
    {
      return value >= plan.low && value <= plan.high ? value : nil
    }
    return unsafe IntegerText.parse(
      base + Int(field.start), field.count, plan.low, plan.high)
  }

  @inline(__always)
  private mutating func note(key: Int64) {
    // The smallest integer counts as a repetition of the start, which only costs a query.
    if key <= lastKey { keysAscend = false }
    lastKey = key
  }

  private func appendUsual(
    _ kind: Plan.Kind, _ bytes: UnsafePointer<UInt8>, _ count: Int, hasRoomBefore: Bool,
    _ rows: inout RowBuffer
  ) -> Bool {
    switch kind {
    case .number:
      let lengthAt = rows.count
      rows.append(Int32(0))
      guard
        unsafe NumericText.append(bytes, count, hasRoomBefore: hasRoomBefore, to: &rows)
      else { return false }
      rows.setLength(Int32(rows.count - lengthAt - 4), at: lengthAt)
    case .boolean:
      guard let value = unsafe BooleanText.parse(bytes, count) else { return false }
      rows.append(Int32(1))
      rows.append(UInt8(value ? 1 : 0))
    case .date:
      guard let value = unsafe DateTimeText.date(bytes, count) else { return false }
      rows.append(Int32(4))
      rows.append(value)
    case .uuid:
      rows.append(Int32(16))
      guard unsafe UUIDText.append(bytes, count, to: &rows) else { return false }
    case .text, .integer4, .integer8, .datetime, .other:
      return false
    }
    return true
  }

  /// Encodes a field of any form with every rule; fields that the quick way rejected come here too,
  /// for the reason, or because they contain escapes.
  @inline(never)
  private func appendOther(
    _ field: CSVField, _ column: Int, _ batch: borrowing CSVBatch, _ bytes: UnsafePointer<UInt8>,
    _ isClean: Bool, _ rows: inout RowBuffer
  ) -> RejectCode? {
    guard field.hasEscapes else {
      return unsafe fields[column].append(bytes, field.count, isClean: isClean, to: &rows)
    }
    let source = unsafe batch.bytes
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: field.count) { room in
      guard let text = room.baseAddress else { return .type }
      let count = unsafe dialect.unescape(field, of: source, into: text)
      return unsafe fields[column].append(text, count, isClean: isClean, to: &rows)
    }
  }

  @inline(__always)
  private func appendText(
    _ field: CSVField, _ batch: borrowing CSVBatch, _ bytes: UnsafePointer<UInt8>, _ count: Int,
    _ rows: inout RowBuffer
  ) {
    let lengthAt = rows.count
    rows.append(Int32(truncatingIfNeeded: count))
    guard field.hasEscapes else {
      // Copying sixteen bytes at once is cheaper than the exact count, and the row has room for
      // them.
      if unsafe count <= 16 && Int(field.start) &+ 16 <= batch.bytes.count {
        unsafe rows.appendShort(bytes, count: count)
      } else {
        unsafe rows.append(bytes, count: count)
      }
      return
    }
    unsafe rows.appendUnsafe { room in
      unsafe dialect.unescape(field, of: batch.bytes, into: room)
    }
    rows.setLength(Int32(rows.count - lengthAt - 4), at: lengthAt)
  }

  @inline(never)
  private func isListedAsMissing(
    _ field: CSVField, _ column: Int, _ batch: borrowing CSVBatch, _ bytes: UnsafePointer<UInt8>
  ) -> Bool {
    let values = fields[column].missingValues
    let count = field.count
    guard !field.hasEscapes else {
      return values.contains(dialect.value(of: field, in: batch))
    }
    return values.contains { value in
      guard value.count == count else { return false }
      for index in 0..<count where unsafe value[index] != bytes[index] { return false }
      return true
    }
  }
}

extension RowEncoder.Plan.Kind {
  /// The quick way to encode a field, if there is one.
  fileprivate init(of field: Dataset.Field) {
    let isPlain = field.constraints.checksNoValue
    let isBounded = field.constraints.checksBoundsAtMost
    self =
      switch field.type {
      case .string(.any), .any: isPlain ? .text : .other
      case .integer(.plain, .four): isBounded ? .integer4 : .other
      case .integer(.plain, .eight): isBounded ? .integer8 : .other
      case .number(.plain): isPlain ? .number : .other
      case .boolean(.standard): isPlain ? .boolean : .other
      case .date(.standard): isPlain ? .date : .other
      case .datetime(.standard): isPlain ? .datetime : .other
      case .uuid: isPlain ? .uuid : .other
      default: .other
      }
  }
}

extension CSVBatch {
  /// The position in the batch's bytes where a record begins without its first fields; a record
  /// that has no others begins as usual.
  package func start(of record: CSVRecord, without fields: Int) -> Int {
    guard fields > 0, record.fieldCount > fields else { return Int(record.start) }
    let field = field(fields, of: record)
    return Int(field.start) - (field.isQuoted ? 1 : 0)
  }
}
