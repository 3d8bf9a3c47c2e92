/// A generated file of any size: which records, how many, and how many of them are bad.
package struct LargeFile: Sendable, Equatable {
  package enum Records: String, Sendable, CaseIterable {
    /// Five columns and no quotes.
    case hires
    /// Twenty columns of every common type, with quoted commas, quotes and line ends.
    case orders
  }

  package enum Size: Sendable, Equatable {
    case records(Int)
    /// Ends with the record that reaches so many bytes.
    case bytes(Int)
  }

  package var records: Records
  package var size = Size.records(1_000_000)
  package var seed: UInt64 = 1
  /// How many of a million records are bad.
  package var badPerMillion = 0

  package init(_ records: Records) {
    self.records = records
  }

  /// What was written.
  package struct Totals: Sendable, Equatable {
    package var records = 0
    package var bytes = 0
    package var bad = 0
  }

  /// A record that its dataset's schema refuses, and where it begins.
  package struct BadRecord: Sendable, Equatable {
    /// From 1 on, as are lines; a record may have several lines.
    package let record: Int
    package let line: Int
    package let byteOffset: Int
    package let kind: BadKind
  }

  /// Makes the file piece by piece; the same file has the same bytes every time.
  ///
  /// Bad records take the place of good ones, and leave the others as they would be without them.
  package func generate<Failure: Error>(
    onBad: (BadRecord) throws(Failure) -> Void,
    onBytes: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) -> Totals {
    switch records {
    case .hires: try generate(HireRecords(seed: seed), onBad, onBytes)
    case .orders: try generate(OrderRecords(seed: seed), onBad, onBytes)
    }
  }

  private func generate<Source: SampleRecords, Failure: Error>(
    _ source: consuming Source, _ onBad: (BadRecord) throws(Failure) -> Void,
    _ onBytes: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) -> Totals {
    var source = source
    var totals = Totals()
    var text = RecordText()
    var line = 1
    // Numbers of their own, so that the good records do not depend on the bad ones.
    var chance = SampleRandom(seed: seed ^ 0x6261_6420)
    while !isComplete(totals, text.count) {
      totals.records += 1
      let start = text.count
      let lineEnds = text.lineEnds
      source.append(record: totals.records, to: &text)
      if badPerMillion > 0, chance.below(1_000_000) < badPerMillion {
        let kind = chance.pick(Source.layout.kinds)
        text.replace(from: start, lineEnds: lineEnds) { bytes in
          kind.spoil(bytes, Source.layout, &chance)
        }
        totals.bad += 1
        try onBad(
          BadRecord(
            record: totals.records, line: line, byteOffset: totals.bytes + start, kind: kind))
      }
      text.endLine()
      line += text.lineEnds - lineEnds
      if text.count >= RecordText.pieceBytes {
        totals.bytes += text.count
        try text.take(onBytes)
      }
    }
    totals.bytes += text.count
    try text.take(onBytes)
    return totals
  }

  private func isComplete(_ totals: Totals, _ pending: Int) -> Bool {
    switch size {
    case .records(let count): totals.records >= count
    case .bytes(let count): totals.bytes + pending >= count
    }
  }
}

/// Makes the records of one dataset, each without its line end.
protocol SampleRecords {
  static var layout: RecordLayout { get }
  mutating func append(record: Int, to text: inout RecordText)
}

/// Hires as in `hired_employees.csv`: id, name, datetime, department_id, job_id; none is quoted.
struct HireRecords: SampleRecords {
  static let layout = RecordLayout(
    key: 0, text: 1, time: 2, integer: 4, kinds: BadKind.ofEveryRecord + [.textAfterQuote])

  private static let jobs = SampleNames.jobs.count
  private static let departments = SampleNames.departments.count

  private let names = PhrasePool(SampleNames.plainPeople)
  private let days = DayText()
  private var random: SampleRandom

  init(seed: UInt64) {
    random = SampleRandom(seed: seed)
  }

  mutating func append(record: Int, to text: inout RecordText) {
    text.append(number: record)
    text.append(",")
    text.append(names, names.any(&random))
    text.append(",")
    days.appendTime(&random, to: &text)
    text.append(",")
    text.append(number: 1 + random.below(Self.departments))
    text.append(",")
    text.append(number: 1 + random.below(Self.jobs))
  }
}
