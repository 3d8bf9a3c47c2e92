internal import CSV
internal import Postgres

/// Takes the batches of one file and writes their rows to staging, their rejects to the ledger.
///
/// Both go over the one connection of the transaction: while a file streams, COPY into staging is
/// open; when enough rejects have gathered it is closed, they are copied, and it is opened again. So
/// memory stays flat whatever the file holds.
struct RecordWriter: ~Copyable {
  /// Bytes handed to libpq at a time: pieces much larger leave client and server taking turns.
  private static let pieceBytes = 32 << 10
  private static let rejectBytes = 512 << 10
  /// How many records a file may begin with, all refused, before reading on is pointless.
  private static let hopelessRecords = 1000
  static let reportedRejects = 20

  let dataset: Dataset
  let load: Int
  private(set) var counts = LoadCounts()
  /// How many rows the server took into staging.
  private(set) var staged = 0
  private(set) var reported: [LoadReport.Reject] = []
  /// The line of the first record, when it was taken for a header with names of its own.
  private(set) var guessedHeaderLine: Int?
  /// Whether so many records were refused, and none taken, that the rest was not read.
  private var isHopeless = false

  private var encoder: RowEncoder?
  private var rows = RowBuffer()
  private var rejects = RowBuffer(capacity: 4096)
  private var isCopying = false

  /// Ends the reading of an object that cannot become rows.
  struct Hopeless: Error {}

  init(dataset: Dataset, load: Int) {
    self.dataset = dataset
    self.load = load
  }

  /// Why a file of which every record was refused is taken for one of another shape.
  var hopelessReason: String {
    let extent =
      isHopeless
      ? "the first \(counts.read) records were refused, and the rest was not read"
      : "all \(counts.read) records were refused"
    let example = reported.first.map { "; line \($0.line): \($0.reason)" } ?? ""
    return "\(extent)\(example)"
  }

  /// Whether a key may stand in more than one of the staged records.
  var mayRepeatKeys: Bool { !(encoder?.keysAscend ?? true) }

  /// Takes the records of a batch.
  mutating func take(
    _ batch: borrowing CSVBatch, _ connection: inout PostgresConnection
  ) throws {
    var index = 0
    if encoder == nil {
      let header = try HeaderRow(first: batch, of: dataset)
      encoder = RowEncoder(dataset, sources: header.sources)
      index = header.isPresent ? 1 : 0
      if header.isGuess { guessedHeaderLine = batch.line(of: batch[0]) }
    }
    guard var encoder else { return }
    defer { self.encoder = encoder }
    counts.read += batch.count - index
    while true {
      try open(&connection)
      switch encoder.encode(batch, from: index, into: &rows, limit: Self.pieceBytes) {
      case .end:
        return
      case .full(let next):
        try send(&connection)
        index = next
      case .refused(let refused, let fault):
        try refuse(RejectRow(fault, batch, at: refused, of: dataset), &connection)
        if counts.rejected >= Self.hopelessRecords,
          counts.rejected == counts.read - (batch.count - refused - 1)
        {
          counts.read = counts.rejected
          isHopeless = true
          throw Hopeless()
        }
        index = refused + 1
      }
    }
  }

  /// Closes what is open, so that the transaction can go on with other statements.
  mutating func finish(_ connection: inout PostgresConnection) throws {
    try close(&connection)
    try sendRejects(&connection)
    guard staged + counts.rejected == counts.read else {
      throw LoadFault(
        .countMismatch,
        "\(counts.read) records were read, but \(staged) staged and \(counts.rejected) refused; "
          + "nothing was changed", isRetriable: true)
    }
  }

  /// Counts records that the database refused and keeps itself.
  mutating func noteRefused(_ count: Int, first reports: [LoadReport.Reject]) {
    counts.rejected += count
    reported = Array(
      (reported + reports).sorted { $0.record < $1.record }.prefix(Self.reportedRejects))
  }

  private mutating func refuse(_ row: RejectRow, _ connection: inout PostgresConnection) throws {
    counts.rejected += 1
    if reported.count < Self.reportedRejects { reported.append(row.report) }
    if rejects.count == 0 { rejects.appendHeader() }
    row.append(load: load, to: &rejects)
    if rejects.count >= Self.rejectBytes {
      try close(&connection)
      try sendRejects(&connection)
    }
  }

  private mutating func open(_ connection: inout PostgresConnection) throws {
    guard !isCopying else { return }
    try connection.beginCopyIn(Merge(dataset: dataset).copyStaging)
    isCopying = true
    rows.appendHeader()
  }

  private mutating func close(_ connection: inout PostgresConnection) throws {
    guard isCopying else { return }
    rows.appendTrailer()
    try send(&connection)
    isCopying = false
    staged += try connection.endCopyIn()
  }

  private mutating func send(_ connection: inout PostgresConnection) throws {
    try rows.withBytes { bytes in try connection.putCopy(bytes) }
    rows.truncate(to: 0)
  }

  private mutating func sendRejects(_ connection: inout PostgresConnection) throws {
    guard rejects.count > 0 else { return }
    rejects.appendTrailer()
    try connection.beginCopyIn(RejectRow.copy)
    try rejects.withBytes { bytes in try connection.putCopy(bytes) }
    _ = try connection.endCopyIn()
    rejects.truncate(to: 0)
  }
}
