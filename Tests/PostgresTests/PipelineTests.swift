import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct PipelineTests {
  @Test(arguments: [0, 1, 63, 64, 65, 5000])
  func `each statement has its own answer, in order`(count: Int) throws {
    var connection = try ScratchSchema.current.connect()
    let statements = (0..<count).map { PostgresStatement("select $1::int", [.integer($0)]) }
    var answers: [Int] = []
    try connection.pipeline(statements) { index, result in
      #expect(index == answers.count)
      answers += try result.rows { try $0.int() }
    }
    #expect(answers == Array(0..<count))
    #expect(connection.isUsable == true)
  }

  @Test func `large answers do not block large questions`() throws {
    var connection = try ScratchSchema.current.connect()
    let long = String(repeating: "x", count: 100_000)
    let statements = [PostgresStatement](
      repeating: PostgresStatement("select repeat($1, 5)", [.text(long)]), count: 60)
    var bytes = 0
    try connection.pipeline(statements) { _, result in
      bytes += result.withField(row: 0, column: 0) { $0?.count ?? 0 }
    }
    #expect(bytes == 30_000_000)
  }

  @Test func `a failure names its statement and undoes the others`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int primary key)")
    let statements = [1, 2, 1, 3].map {
      PostgresStatement("insert into t values ($1)", [.integer($0)])
    }
    var heard = 0
    let error = #expect(throws: PostgresError.self) {
      try connection.pipeline(statements) { _, _ in heard += 1 }
    }
    #expect(error?.sqlState == .uniqueViolation)
    #expect(error?.statementIndex == 2)
    #expect(error?.sql == "insert into t values ($1)")
    #expect(heard == 2)
    #expect(connection.isUsable == true)
    #expect(try TransactionTests.count(&connection) == 0)
    #expect(try connection.pipeline([statements[0], statements[1]]) == [1, 1])
  }

  @Test func `a parameter that cannot be sent stops the whole pipeline before it starts`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n text)")
    #expect(throws: PostgresError.self) {
      try connection.pipeline([
        PostgresStatement("insert into t values ($1)", ["fine"]),
        PostgresStatement("insert into t values ($1)", ["bro\0ken"]),
      ])
    }
    #expect(connection.isUsable == true)
    #expect(try TransactionTests.count(&connection) == 0)
  }
}
