internal import Datasets
internal import Postgres

// How this works
//
// A table that was empty, and is locked, takes rows by COPY until a key comes twice. While keys
// ascend none can. From where they do not, rows go in chunks, each in a savepoint of its own and
// kept here until the server has taken it: one with a key that was there before is taken back and
// sent to staging instead, and so is all that follows. What is in the table then has distinct keys,
// what is staged comes after it in the file, and the merge does the rest. The file is read once.

/// Takes the rows of a load to the server, straight into the table or into staging.
struct RowSink: ~Copyable {
  /// Bytes handed to libpq at a time: pieces much larger leave client and server taking turns.
  static let pieceBytes = 32 << 10
  /// Bytes that are kept until the server has taken them: enough for the round trips between two
  /// chunks not to show.
  private static let chunkBytes = 4 << 20

  private enum Way {
    case table
    case chunks
    case staging
  }

  private let merge: MergeStatements
  private var way: Way
  /// Rows that were not sent yet.
  var rows = RowBuffer()
  /// The open chunk, as far as it was sent.
  private var chunk = RowBuffer(capacity: 0)
  private var isCopying = false
  private var hasStaging = false
  /// How many rows the server took into the table.
  private(set) var inTable = 0
  /// How many rows the server took into staging.
  private(set) var staged = 0

  /// Makes a sink; `isDirect` says that the table is empty and locked.
  init(_ merge: MergeStatements, isDirect: Bool) {
    self.merge = merge
    way = isDirect ? .table : .staging
  }

  /// Whether rows go to staging.
  var isStaging: Bool { way == .staging }

  /// Whether rows go into the table because their keys ascend, which has to be told when it ends.
  var needsAscent: Bool { way == .table }

  /// Begins a COPY unless one is running; rows may be appended then.
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

  /// Sends the rows that have gathered; there are none when the COPY was just ended.
  mutating func send(_ connection: inout PostgresConnection) throws {
    guard isCopying else { return }
    try put(&connection)
    if chunk.count >= Self.chunkBytes { try close(&connection) }
  }

  /// Notes that from here on a key may be one that came before.
  mutating func endAscent(_ connection: inout PostgresConnection) throws {
    try close(&connection)
    // A chunk could not be staged when staging wants more of each row than the table.
    way = merge.dataset.keepsPositions ? .staging : .chunks
  }

  /// Makes the staging table unless it is there.
  mutating func prepareStaging(_ connection: inout PostgresConnection) throws {
    guard !hasStaging else { return }
    try connection.execute(merge.createStaging)
    hasStaging = true
  }

  private mutating func put(_ connection: inout PostgresConnection) throws {
    guard way == .chunks else {
      try rows.withBytes { bytes in try connection.putCopy(bytes) }
      rows.truncate(to: 0)
      return
    }
    chunk.append(contentsOf: rows)
    let isTaken = try Self.isTaken(rows, &connection)
    rows.truncate(to: 0)
    if !isTaken { try stageChunk(&connection) }
  }

  /// Sends rows; false when the server has found a key that it has already.
  private static func isTaken(
    _ rows: borrowing RowBuffer, _ connection: inout PostgresConnection
  ) throws -> Bool {
    do {
      try rows.withBytes { bytes in try connection.putCopy(bytes) }
      return true
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      return false
    }
  }

  /// Takes the open chunk back from the table and sends it to staging, whose COPY is open then.
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
