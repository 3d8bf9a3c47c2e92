internal import CSV
package import CSVLoad
internal import Compression
package import Datasets

/// Judges a file as a load into an empty table would, and names every fault; needs no database.
package struct FileCheck: ~Copyable {
  /// What was found of a whole file.
  package struct Outcome: Sendable {
    package fileprivate(set) var read = 0
    /// The records that a load would refuse.
    package fileprivate(set) var rejected = 0
    /// The faults of those records, of which one may have several.
    package fileprivate(set) var faults = 0
    /// The records that a later one of the same key takes the place of.
    package fileprivate(set) var superseded = 0
    /// Why a load would change nothing, if so.
    package fileprivate(set) var failure: LoadFault?
    /// What else a reader should know, and what was not judged.
    package fileprivate(set) var remarks: [String] = []

    /// Whether a load would take every record.
    package var isClean: Bool { rejected == 0 && failure == nil }
  }

  /// Rows are only needed to judge them; this many bytes at a time.
  private static let rowBytes = 1 << 16

  private let dataset: Dataset
  private let onFault: (LoadReport.Reject) -> Void
  private var outcome = Outcome()
  private var header: HeaderRow?
  private var reasons: RejectReasons
  private var encoder: RowEncoder?
  private var keys: KeyWatch
  private var first: LoadReport.Reject?

  /// Makes a check of one file, which tells every fault as soon as it is found.
  package init(_ dataset: Dataset, onFault: @escaping (LoadReport.Reject) -> Void) {
    self.dataset = dataset
    self.onFault = onFault
    keys = KeyWatch(dataset)
    reasons = RejectReasons(dataset, columnsBefore: 0)
  }

  /// Reads a file to its end.
  ///
  /// - Throws: ``LocalFileFault`` when it cannot be read; what it holds is in the outcome.
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
      let next =
        switch stop {
        case .end: batch.count
        case .full(let next): next
        case .refused(let refused, _): refused
        }
      note(rows, batch, index..<next)
      rows.truncate(to: 0)
      index = next
      switch stop {
      case .end: return
      case .full: break
      case .refused(_, let fault):
        refuse(batch, index, fault, header)
        index += 1
      }
    }
  }

  /// Notes the keys of the records that were taken.
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

  /// Tells all that is wrong with a record: a load stops at the first.
  private mutating func refuse(
    _ batch: borrowing CSVBatch, _ index: Int, _ fault: FieldFault, _ header: HeaderRow
  ) {
    outcome.rejected += 1
    tell(fault, batch, index)
    guard let column = fault.column, fault.byteOffset == nil else { return }
    let record = batch[index]
    for later in dataset.fields.indices where later > column {
      let field = batch.field(header.sources[later], of: record)
      if let code = dataset.fields[later].fault(of: dataset.dialect.value(of: field, in: batch)) {
        tell(FieldFault(code, column: later), batch, index)
      }
    }
  }

  private mutating func tell(
    _ fault: FieldFault, _ batch: borrowing CSVBatch, _ index: Int
  ) {
    tell(LoadReport.Reject(fault, batch, at: index, &reasons))
  }

  private mutating func tell(_ report: LoadReport.Reject) {
    outcome.faults += 1
    if first == nil { first = report }
    onFault(report)
  }

  /// Judges what only the whole file tells.
  private mutating func finish() {
    let findings = keys.findings()
    for (place, code, field) in findings.refused {
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

  /// Says what a load judges and this cannot.
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
