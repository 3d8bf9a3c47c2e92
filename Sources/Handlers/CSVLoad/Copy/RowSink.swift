internal import Datasets
internal import Postgres

// How this works
//
// A table that was empty, and is locked, accepts rows by COPY until a key repeats. While keys
// ascend, none can. Once they do not, rows are sent in chunks, each in its own savepoint and kept
// here until the server has accepted it: a chunk with a key that is already in the table is rolled
// back and sent to staging instead, and so is everything after it. The rows in the table then have
// distinct keys, the staged ones come after them in the file, and the merge does the rest. The file
// is read once.

/// Sends the rows of a load to the server, straight into the table or into staging.
struct RowSink: ~Copyable {
  /// Bytes passed to libpq at a time: with much larger pieces, client and server take turns.
  static let pieceBytes = 32 << 10
  /// Bytes kept until the server has accepted them: enough to make the round trips between two
  /// chunks negligible.
  private static let chunkBytes = 4 << 20

  private enum Way {
    case table
    case chunks
    case staging
  }

  private let merge: MergeStatements
  private var way: Way
  /// Rows that have not been sent yet.
  var rows = RowBuffer()
  /// The part of the open chunk that has been sent.
  private var chunk = RowBuffer(capacity: 0)
  private var isCopying = false
  private var hasStaging = false
  /// How many rows the server accepted into the table.
  private(set) var inTable = 0
  /// How many rows the server accepted into staging.
  private(set) var staged = 0

  /// Makes a sink; `isDirect` says that the table is empty and locked.
  init(_ merge: MergeStatements, isDirect: Bool) {
    self.merge = merge
    way = isDirect ? .table : .staging
  }

  /// Whether rows go to staging.
  var isStaging: Bool { way == .staging }

  /// Whether rows go into the table because their keys ascend, until ``endAscent(_:)`` is called.
  var needsAscent: Bool { way == .table }

  /// Begins a COPY unless one is running; then rows can be appended.
  mutating func open(_ connection: inout PostgresConnection) throws {
    guard !isCopying else { return }
    switch way {
    case .table: try connection.beginCopyIn(merge.copyTable)
    case .chunks:
      try connection.execute("SAVEPOINT sluice_chunk")
      try connection.beginCopyIn(merge.copyTable)
    case .staging: try beginStaging(&connection)
    }
    isCopying = true
    rows.appendHeader()
  }

  /// Ends the COPY if one is running, so that other statements can be sent.
  mutating func close(_ connection: inout PostgresConnection) throws {
    guard isCopying else { return }
    rows.appendTrailer()
    try put(&connection)
    isCopying = false
    if way == .chunks {
      do {
        inTable += try connection.endCopyIn()
        try connection.execute("RELEASE SAVEPOINT sluice_chunk")
        chunk.truncate(to: 0)
        return
      } catch {
        guard error.sqlState == .uniqueViolation else { throw error }
        try stageChunk(&connection)
      }
    }
    let count = try connection.endCopyIn()
    if way == .table { inTable += count } else { staged += count }
  }

  /// Sends the rows that have accumulated; there are none if the COPY was just ended.
  mutating func send(_ connection: inout PostgresConnection) throws {
    guard isCopying else { return }
    try put(&connection)
    if chunk.count >= Self.chunkBytes { try close(&connection) }
  }

  /// Notes that from here on keys may repeat.
  mutating func endAscent(_ connection: inout PostgresConnection) throws {
    try close(&connection)
    // A chunk cannot be staged if staging needs more columns than the table.
    way = merge.dataset.keepsPositions ? .staging : .chunks
  }

  /// Creates the staging table unless it exists.
  mutating func prepareStaging(_ connection: inout PostgresConnection) throws {
    guard !hasStaging else { return }
    try connection.execute(merge.createStaging)
    hasStaging = true
  }

  /// Sends the rows; in a chunk, a key that the table already has moves the chunk to staging.
  private mutating func put(_ connection: inout PostgresConnection) throws {
    if way == .chunks { chunk.append(contentsOf: rows) }
    do {
      try rows.withBytes { bytes in try connection.putCopy(bytes) }
      rows.truncate(to: 0)
    } catch let error as PostgresError
      where way == .chunks && error.sqlState == .uniqueViolation
    {
      rows.truncate(to: 0)
      try stageChunk(&connection)
    }
  }

  /// Rolls the open chunk back and sends it to staging, whose COPY is then open.
  private mutating func stageChunk(_ connection: inout PostgresConnection) throws {
    try connection.execute(
      "ROLLBACK TO SAVEPOINT sluice_chunk; RELEASE SAVEPOINT sluice_chunk")
    way = .staging
    try beginStaging(&connection)
    try chunk.withBytes { bytes in try connection.putCopy(bytes) }
    chunk = RowBuffer(capacity: 0)
  }

  private mutating func beginStaging(_ connection: inout PostgresConnection) throws {
    try prepareStaging(&connection)
    try connection.beginCopyIn(merge.copyStaging)
  }
}
