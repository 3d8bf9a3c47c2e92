internal import CSV
package import CSVLoad
internal import Compression
package import Datasets

/// Validates a file as a load into an empty table would, and reports every fault; needs no
/// database.
package struct FileCheck: ~Copyable {
  /// The result for a whole file.
  package struct Outcome: Sendable {
    package fileprivate(set) var read = 0
    /// The records that a load would reject.
    package fileprivate(set) var rejected = 0
    /// The faults of those records, of which one may have several.
    package fileprivate(set) var faults = 0
    /// The records replaced by a later record with the same key.
    package fileprivate(set) var superseded = 0
    /// Why a load would change nothing, if so.
    package fileprivate(set) var failure: LoadFault?
    /// What else a reader should know, and what was not validated.
    package fileprivate(set) var remarks: [String] = []

    /// Whether a load would accept every record.
    package var isClean: Bool { rejected == 0 && failure == nil }
  }

  /// Rows are only encoded to validate them, this many bytes at a time.
  private static let rowBytes = 1 << 16

  private let dataset: Dataset
  private let onFault: (LoadReport.Reject) -> Void
  private var outcome = Outcome()
  private var header: HeaderRow?
  private var reasons: RejectReasons
  private var encoder: RowEncoder?
  private var keys: KeyWatch
  private var first: LoadReport.Reject?

  /// Prepares the check of one file; it reports every fault as soon as it is found.
  package init(_ dataset: Dataset, onFault: @escaping (LoadReport.Reject) -> Void) {
    self.dataset = dataset
    self.onFault = onFault
    keys = KeyWatch(dataset)
    reasons = RejectReasons(dataset, columnsBefore: 0)
  }

  /// Reads a file to its end.
  ///
  /// - Throws: ``LocalFileFault`` if it cannot be read; faults of its content are in the outcome.
  package consuming func run(_ file: inout LocalFile) throws(LocalFileFault) -> Outcome {
    var stream = RecordStream(dataset.dialect)
    do {
      try file.read { bytes in
        try stream.consume(bytes) { batch in try take(batch) }
      }
      try stream.finish(of: dataset) { batch in try take(batch) }
      finish()
    } catch let fault as LocalFileFault {
      throw fault
    } catch {
      outcome.failure = LoadFault(cause: error)
    }
    return outcome
  }

  private mutating func take(_ batch: borrowing CSVBatch) throws {
    var index = 0
    if encoder == nil {
      let header = try HeaderRow(first: batch, of: dataset)
      self.header = header
      reasons = RejectReasons(dataset, columnsBefore: header.columnsBefore)
      encoder = RowEncoder(
        dataset, sources: header.sources, columnsBefore: header.columnsBefore)
      encoder?.withPositions = false
      index = header.isPresent ? 1 : 0
      if header.isGuess {
        outcome.remarks.append(
          "line \(batch.line(of: batch[0])) was taken for a header with names of its own")
      }
    }
    guard var encoder, let header else { return }
    defer { self.encoder = encoder }
    outcome.read += batch.count - index
    let isText = RowEncoder.isText(batch)
    var rows = RowBuffer()
    while true {
      let stop = encoder.encode(
        batch, from: index, isText: isText, into: &rows, limit: Self.rowBytes)
      let (next, fault): (Int, FieldFault?) =
        switch stop {
        case .end: (batch.count, nil)
        case .full(let next): (next, nil)
        case .refused(let refused, let fault): (refused, fault)
        }
      note(rows, batch, index..<next)
      rows.truncate(to: 0)
      index = next
      if let fault {
        reject(batch, index, fault, header)
        index += 1
      } else if case .end = stop {
        return
      }
    }
  }

  /// Notes the keys of the records that were accepted.
  private mutating func note(
    _ rows: borrowing RowBuffer, _ batch: borrowing CSVBatch, _ records: Range<Int>
  ) {
    rows.withBytes { bytes in
      var start = 0
      for index in records {
        let record = batch[index]
        let place = KeyWatch.Place(
          record: batch.number(at: index), line: batch.line(of: record),
          byteOffset: batch.byteOffset(of: record))
        start = keys.note(bytes, at: start, place)
      }
    }
  }

  /// Reports everything that is wrong with a record, where a load stops at the first fault.
  private mutating func reject(
    _ batch: borrowing CSVBatch, _ index: Int, _ fault: FieldFault, _ header: HeaderRow
  ) {
    outcome.rejected += 1
    tell(LoadReport.Reject(fault, batch, at: index, &reasons))
    guard let column = fault.column, fault.byteOffset == nil else { return }
    let record = batch[index]
    for later in dataset.fields.indices where later > column {
      let field = batch.field(header.sources[later], of: record)
      if let code = dataset.fields[later].fault(of: dataset.dialect.value(of: field, in: batch)) {
        let fault = FieldFault(code, column: later)
        tell(LoadReport.Reject(fault, batch, at: index, &reasons))
      }
    }
  }

  private mutating func tell(_ report: LoadReport.Reject) {
    outcome.faults += 1
    if first == nil { first = report }
    onFault(report)
  }

  /// Validates what only the whole file can show.
  private mutating func finish() {
    let findings = keys.findings()
    for (place, code, field) in findings.rejected {
      outcome.rejected += 1
      tell(
        LoadReport.Reject(
          record: place.record, line: place.line, byteOffset: place.byteOffset,
          column: field?.name ?? dataset.key.joined(separator: ", "), code: code.rawValue,
          reason: field?.reason(code) ?? RejectRow.duplicateKey))
    }
    outcome.superseded = findings.superseded
    if let place = findings.firstSuperseded {
      outcome.remarks.append(
        "records whose key comes again, so that the last of them counts: \(findings.superseded), "
          + "the first on line \(place.line)")
    }
    remarkOnLimits()
    var counts = LoadCounts()
    (counts.read, counts.rejected) = (outcome.read, outcome.rejected)
    outcome.failure = RejectPolicy(dataset: dataset).refusal(counts, first: first)
  }

  /// Reports what a load validates and this cannot.
  private mutating func remarkOnLimits() {
    let ascends = encoder?.keysAscend ?? true
    let hasUnique = dataset.fields.contains { $0.constraints.isUnique }
    if keys.passedOver > 0, !ascends || hasUnique {
      outcome.remarks.append(
        "keys\(hasUnique ? " and unique values" : "") are judged among the first "
          + "\(outcome.read - outcome.rejected - keys.passedOver) good records only")
    }
    if dataset.isDerived {
      outcome.remarks.append("what SQL computes, \(derivedNames), is judged by a load only")
    }
    if !dataset.foreignKeys.isEmpty {
      outcome.remarks.append("whether rows that are referred to exist is judged by a load only")
    }
  }

  private var derivedNames: String {
    dataset.columns.filter { $0.expression != nil }.map(\.name).joined(separator: ", ")
  }
}
