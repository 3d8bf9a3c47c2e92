package import CSV
package import Datasets
package import Postgres
internal import Tables

/// Takes the batches of one file and writes their rows to a sink, their rejects to the ledger.
///
/// Both go over the one connection of the transaction: while a file streams, the sink's COPY is open;
/// when enough rejects have gathered it is closed, they are copied, and it is opened again. So memory
/// stays flat whatever the file holds.
package struct RecordWriter: ~Copyable {
  private static let rejectBytes = 1 << 20
  static let reportedRejects = 20

  let dataset: Dataset
  let load: Int
  private(set) var counts = LoadCounts()
  /// Whether the table was empty, and is locked, so that rows may go straight into it.
  let isDirect: Bool
  private(set) var reported: [LoadReport.Reject] = []
  /// The line of the first record, when it was taken for a header with names of its own.
  private(set) var guessedHeaderLine: Int?
  /// The names of the file's columns in their order, once the first record was seen.
  private(set) var fileColumns: [String] = []
  /// Why the file is not to be merged, because of what was refused.
  private(set) var refusal: LoadFault?
  /// Decides what makes it so.
  var policy: RejectPolicy

  private var encoder: RowEncoder?
  private var sink: RowSink
  private var rejects = RowBuffer(capacity: 4096)
  private var reasons: RejectReasons

  /// Ends the reading of an object that cannot become rows.
  struct Hopeless: Error {}

  package init(dataset: Dataset, load: Int, isDirect: Bool) {
    self.dataset = dataset
    self.load = load
    self.isDirect = isDirect
    sink = RowSink(MergeStatements(dataset: dataset), isDirect: isDirect)
    policy = RejectPolicy(dataset: dataset)
    reasons = RejectReasons(dataset, columnsBefore: 0)
  }

  /// How many rows the server took into the table.
  var inTable: Int { sink.inTable }
  /// How many rows the server took into staging.
  var staged: Int { sink.staged }

  /// Whether a key may stand in more than one of the staged records.
  var mayRepeatKeys: Bool { !(encoder?.keysAscend ?? true) }

  /// Takes the records of a batch.
  package mutating func take(
    _ batch: borrowing CSVBatch, _ connection: inout PostgresConnection
  ) throws {
    var index = 0
    if encoder == nil {
      let header = try HeaderRow(first: batch, of: dataset)
      encoder = RowEncoder(
        dataset, sources: header.sources, columnsBefore: header.columnsBefore)
      reasons = RejectReasons(dataset, columnsBefore: header.columnsBefore)
      fileColumns = header.columns(of: dataset)
      index = header.isPresent ? 1 : 0
      if header.isGuess { guessedHeaderLine = batch.line(of: batch[0]) }
    }
    guard var encoder else { return }
    defer { self.encoder = encoder }
    let isText = RowEncoder.isText(batch)
    counts.read += batch.count - index
    try noteAscent(encoder, &connection)
    while true {
      try sink.open(&connection)
      encoder.withPositions = dataset.keepsPositions && sink.isStaging
      let stop = encoder.encode(
        batch, from: index, isText: isText, into: &sink.rows, limit: RowSink.pieceBytes)
      try noteAscent(encoder, &connection)
      switch stop {
      case .end:
        return
      case .full(let next):
        try sink.send(&connection)
        index = next
      case .refused(let refused, let fault):
        let row = RejectRow(fault, batch, at: refused, isText: isText, reasons: &reasons)
        try refuse(row, batch, &connection)
        let position = unsafe batch.byteOffset + batch.bytes.count
        refuseFile(
          policy.refusal(
            counts, judged: counts.read - (batch.count - refused - 1), position: position,
            first: reported.first))
        if refusal != nil { throw Hopeless() }
        index = refused + 1
      }
    }
  }

  /// Tells the sink when keys do not ascend, or no longer; the rows it has then came before that.
  private mutating func noteAscent(
    _ encoder: RowEncoder, _ connection: inout PostgresConnection
  ) throws {
    if sink.needsAscent, !encoder.keysAscend { try sink.endAscent(&connection) }
  }

  /// Closes what is open, so that the transaction can go on with other statements.
  package mutating func finish(_ connection: inout PostgresConnection) throws {
    try sink.close(&connection)
    try sendRejects(&connection)
    guard refusal != nil || inTable + staged + counts.rejected == counts.read else {
      throw LoadFault(
        .countMismatch,
        "\(counts.read) records were read, but \(inTable + staged) taken by the server and "
          + "\(counts.rejected) refused; nothing was changed", isRetriable: true)
    }
    refuseFile(policy.refusal(counts, first: reported.first))
  }

  /// Makes the staging table unless it is there, for a merge that no record went to.
  mutating func prepareStaging(_ connection: inout PostgresConnection) throws {
    try sink.prepareStaging(&connection)
  }

  /// Takes back what a refused file has put into tables; only its rejects stay.
  mutating func withdraw(_ connection: inout PostgresConnection) throws {
    // What is in the table then is this load's, for it was empty and locked.
    if inTable > 0 {
      let deleted = try connection.run("DELETE FROM \(SQLText.table(dataset.table))")
      guard deleted == inTable else {
        throw LoadFault(
          .countMismatch,
          "\(inTable) rows of a refused file could not be taken back from \(dataset.table), only "
            + "\(deleted); expected no trigger in the way; nothing was changed", isRetriable: true)
      }
    }
    try connection.run("DELETE FROM sluice.pending WHERE load = $1", [.integer(load)])
  }

  /// Counts records that the database refused and keeps itself.
  mutating func noteRefused(_ count: Int, first reports: [LoadReport.Reject]) {
    counts.rejected += count
    reported = Array(
      (reported + reports).sorted { $0.record < $1.record }.prefix(Self.reportedRejects))
    refuseFile(policy.refusal(counts, first: reported.first))
  }

  /// Notes that nothing of the file is loaded; what was not refused then counts as not read.
  private mutating func refuseFile(_ fault: LoadFault?) {
    refusal = refusal ?? fault
    if refusal != nil { counts.read = counts.rejected }
  }

  private mutating func refuse(
    _ row: RejectRow, _ batch: borrowing CSVBatch, _ connection: inout PostgresConnection
  ) throws {
    counts.rejected += 1
    if reported.count < Self.reportedRejects { reported.append(row.report) }
    if rejects.count == 0 { rejects.appendHeader() }
    row.append(load: load, batch, to: &rejects)
    if rejects.count >= Self.rejectBytes {
      try sink.close(&connection)
      try sendRejects(&connection)
    }
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
