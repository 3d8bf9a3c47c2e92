internal import CLibpq
internal import Glibc

/// Holds one statement with its parameters.
public struct PostgresStatement: Sendable {
  /// One SQL statement.
  public var sql: String
  /// The values of `$1`, `$2` and so on.
  public var parameters: [PostgresValue]
  /// Whether the server is to keep it parsed and planned once it has come twice in a session.
  ///
  /// For statements that come again and again, and whose columns never change their types.
  public var isPrepared: Bool

  /// Puts a statement and its parameters together.
  public init(
    _ sql: String, _ parameters: [PostgresValue] = [], isPrepared: Bool = false
  ) {
    self.sql = sql
    self.parameters = parameters
    self.isPrepared = isPrepared
  }
}

extension PostgresConnection {
  /// Sends many statements without waiting between them, and lends each result in turn.
  ///
  /// Outside a transaction they are one: all are kept or none.
  ///
  /// - Parameters:
  ///   - statements: What to run, in this order.
  ///   - body: Called with each statement's position, from 0, and its result.
  /// - Throws: The first failure; `statementIndex` says whose. Later statements did not run.
  ///
  /// The corresponding C functions are `PQenterPipelineMode` and `PQpipelineSync`.
  public mutating func pipeline(
    _ statements: [PostgresStatement], _ body: (Int, borrowing PostgresResult) throws -> Void
  ) throws {
    // All parameters are checked before anything is sent: half a pipeline must not commit.
    var arenas: [ParameterArena] = []
    arenas.reserveCapacity(statements.count)
    for one in statements { arenas.append(try ParameterArena(one.parameters)) }
    try begin("pipeline of \(statements.count) statements")
    guard unsafe PQenterPipelineMode(handle) == 1 else { throw lastError() }
    var steps: [PipelineStep] = []
    steps.reserveCapacity(statements.count)
    for (index, one) in statements.enumerated() {
      let way = one.isPrepared && preparesStatements ? prepared.way(of: one.sql) : .whole
      if case .prepared(let name) = way {
        steps.append(.preparation(of: index))
        guard unsafe arenas[index].prepare(name, one.sql, on: handle) else { throw abandoned() }
      }
      steps.append(.statement(index))
      guard unsafe arenas[index].send(one.sql, way, .text, on: handle) else {
        throw abandoned()
      }
      // Answers must not pile up on either side while we only talk.
      if index % 64 == 63 { try flush() }
    }
    guard unsafe PQpipelineSync(handle) == 1 else { throw abandoned() }
    try flush()
    try readPipeline(statements, steps, body)
  }

  /// Sends many statements without waiting between them, and says how many rows each touched.
  @discardableResult
  public mutating func pipeline(_ statements: [PostgresStatement]) throws -> [Int] {
    var counts: [Int] = []
    counts.reserveCapacity(statements.count)
    try pipeline(statements) { _, result in counts.append(result.affectedRows) }
    return counts
  }

  /// A pipeline that could not be sent cannot be taken back: the session is given up.
  private mutating func abandoned() -> PostgresError {
    let error = lastError()
    command.isBroken = true
    return error
  }

  /// Reads the answers up to the one that says that all is done.
  private mutating func readPipeline(
    _ statements: [PostgresStatement], _ steps: [PipelineStep],
    _ body: (Int, borrowing PostgresResult) throws -> Void
  ) throws {
    var step = 0
    // What was not prepared because something failed before it must not be taken for prepared.
    var done = 0
    defer {
      for case .preparation(let index) in steps[done...] { prepared.forget(statements[index].sql) }
    }
    var failure: PostgresError?
    var thrown: (any Error)?
    reading: while isAlive {
      let next: PostgresResult?
      do throws(PostgresError) { next = try nextResult() } catch { throw failure ?? error }
      guard let result = next else {
        // A nil stands after the answer to each step.
        step += 1
        continue
      }
      switch result.status {
      case PGRES_PIPELINE_SYNC: break reading
      case PGRES_PIPELINE_ABORTED: continue
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        guard failure == nil else { continue }
        done = min(step + 1, steps.count)
        guard thrown == nil, case .statement(let index) = steps[step] else { continue }
        do { try body(index, result) } catch { thrown = error }
      default:
        guard failure == nil else { continue }
        var error = self.failure(of: result)
        if step < steps.count {
          error.statementIndex = steps[step].index
          error.sql = statements[steps[step].index].sql
        }
        failure = error
      }
    }
    if unsafe PQexitPipelineMode(handle) != 1 { command.isBroken = true }
    if let failure { throw failure }
    if let thrown { throw thrown }
    guard isAlive else { throw lastError() }
  }
}

/// One command of a pipeline, which has an answer of its own.
private enum PipelineStep {
  case preparation(of: Int)
  case statement(Int)

  /// The place of its statement among those of the pipeline.
  var index: Int {
    switch self {
    case .preparation(let index), .statement(let index): index
    }
  }
}
