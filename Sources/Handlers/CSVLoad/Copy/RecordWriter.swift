internal import CSV
package import Datasets
package import Postgres
internal import Tables

/// Reads one file and writes its rows to a sink and its rejected records to the ledger.
///
/// Both use the one connection of the transaction: while a file streams, the sink's COPY is open;
/// when enough rejects have accumulated, the sink's COPY is closed, the rejects are copied, and a
/// new one is opened. So memory stays flat whatever the file contains.
package struct RecordWriter: ~Copyable {
  private static let rejectBytes = 1 << 20
  static let reportedRejects = 20

  let dataset: Dataset
  let load: Int
  private(set) var counts = LoadCounts()
  /// The bytes of the file, as stored.
  var bytes = 0
  /// Whether the table was empty, and is locked, so that rows can go straight into it.
  let isDirect: Bool
  private(set) var reported: [LoadReport.Reject] = []
  /// The line of the first record, if it was treated as a header with names of its own.
  private(set) var guessedHeaderLine: Int?
  /// The names of the file's columns in order, once the first record was read.
  private(set) var fileColumns: [String] = []
  /// Why the file is not merged, because of its rejected records.
  private(set) var refusal: LoadFault?
  var policy: RejectPolicy

  private var encoder: RowEncoder?
  private var sink: RowSink
  private var rejects = RowBuffer(capacity: 4096)
  private var reasons: RejectReasons

  /// Stops reading a file of which no record can be loaded.
  struct Hopeless: Error {}

  package init(dataset: Dataset, load: Int, isDirect: Bool) {
    self.dataset = dataset
    self.load = load
    self.isDirect = isDirect
    sink = RowSink(MergeStatements(dataset: dataset), isDirect: isDirect)
    policy = RejectPolicy(dataset: dataset)
    reasons = RejectReasons(dataset, columnsBefore: 0)
  }

  /// How many rows the server accepted into the table.
  var inTable: Int { sink.inTable }
  /// How many rows the server accepted into staging.
  var staged: Int { sink.staged }

  /// Whether a key may occur in more than one of the staged records.
  var mayRepeatKeys: Bool { !(encoder?.keysAscend ?? true) }

  /// Encodes the records of a batch and sends the rows that have accumulated.
  mutating func take(
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

  /// Tells the sink when keys do not ascend, or no longer do; the rows it has by then are earlier
  /// ones.
  private mutating func noteAscent(
    _ encoder: RowEncoder, _ connection: inout PostgresConnection
  ) throws {
    if sink.needsAscent, !encoder.keysAscend { try sink.endAscent(&connection) }
  }

  /// Closes what is open, so that the transaction can continue with other statements.
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

  /// Creates the staging table unless it exists, for a merge without staged records.
  mutating func prepareStaging(_ connection: inout PostgresConnection) throws {
    try sink.prepareStaging(&connection)
  }

  /// Removes the rows of a rejected file from the tables; only its rejects stay.
  mutating func withdraw(_ connection: inout PostgresConnection) throws {
    // Every row in the table belongs to this load, because it was empty and locked.
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

  /// Counts records that the database rejected and stored itself.
  mutating func noteRefused(_ count: Int, first reports: [LoadReport.Reject]) {
    counts.rejected += count
    reported = Array(
      (reported + reports).sorted { $0.record < $1.record }.prefix(Self.reportedRejects))
    refuseFile(policy.refusal(counts, first: reported.first))
  }

  /// Notes that nothing of the file is loaded; records that were not rejected then count as not
  /// read.
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
