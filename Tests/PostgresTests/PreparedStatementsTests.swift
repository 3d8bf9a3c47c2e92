import TestSupport
import Testing

@testable import Postgres

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct PreparedStatementsTests {
  private static let double = PostgresStatement("select 2 * $1::int", [21], isPrepared: true)

  private static func standing(_ connection: inout PostgresConnection) throws -> [String] {
    try connection.rows("select statement from pg_prepared_statements order by 1") { row in
      try row.text()
    }
  }

  private static func answers(
    _ connection: inout PostgresConnection, _ statements: [PostgresStatement]
  ) throws -> [Int] {
    var answers: [Int] = []
    try connection.pipeline(statements) { index, result in
      #expect(index == answers.count)
      answers += try result.rows { try $0.int() }
    }
    return answers
  }

  @Test func `a statement that asks for it stands prepared from its second time on`() throws {
    var connection = try ScratchSchema.current.connect()
    let other = PostgresStatement("select 1")
    for time in 1...4 {
      #expect(try Self.answers(&connection, [other, Self.double]) == [1, 42])
      #expect(try Self.standing(&connection) == (time > 1 ? [Self.double.sql] : []))
    }
  }

  @Test func `one that stands twice in a pipeline is prepared once`() throws {
    var connection = try ScratchSchema.current.connect()
    for _ in 1...3 {
      let three = [PostgresStatement](repeating: Self.double, count: 3)
      #expect(try Self.answers(&connection, three) == [42, 42, 42])
    }
    #expect(try Self.standing(&connection).count == 1)
  }

  @Test func `parameters of every format reach a prepared statement`() throws {
    var connection = try ScratchSchema.current.connect()
    let values: [PostgresValue] = [
      .bytes([0, 1, 255]), .null, .text("a\"b"), .textArray(["x", nil]),
    ]
    let statement = PostgresStatement(
      "select encode($1, 'hex'), $2::int, $3::text, $4::text[]", values, isPrepared: true)
    for _ in 1...3 {
      try connection.pipeline([statement]) { _, result in
        let texts = try result.firstRow { row in try (0..<4).map { _ in try row.textIfPresent() } }
        #expect(texts == ["0001ff", nil, "a\"b", "{x,NULL}"])
      }
    }
  }

  @Test func `a failure before it leaves a statement unprepared, and it is prepared later`() throws
  {
    var connection = try ScratchSchema.current.connect()
    let divide = PostgresStatement("select 1 / $1::int", [0])
    #expect(try Self.answers(&connection, [Self.double]) == [42])
    let error = #expect(throws: PostgresError.self) {
      try connection.pipeline([divide, Self.double]) { _, _ in }
    }
    #expect(error?.statementIndex == 0)
    #expect(try Self.standing(&connection) == [])
    for _ in 1...2 { #expect(try Self.answers(&connection, [Self.double]) == [42]) }
    #expect(try Self.standing(&connection) == [Self.double.sql])
  }

  @Test func `a prepared statement's failure names it`() throws {
    var connection = try ScratchSchema.current.connect()
    for number in [1, 1, 0, 1] {
      let divide = PostgresStatement(
        "select 1 / $1::int", [.integer(number)], isPrepared: true)
      guard number == 0 else {
        #expect(try Self.answers(&connection, [Self.double, divide]) == [42, 1])
        continue
      }
      let error = #expect(throws: PostgresError.self) {
        try connection.pipeline([Self.double, divide]) { _, _ in }
      }
      #expect(error?.statementIndex == 1 && error?.sql == divide.sql)
    }
  }

  @Test func `so many stand prepared and no more`() throws {
    var connection = try ScratchSchema.current.connect()
    let many = (0..<100).map { PostgresStatement("select \($0)", isPrepared: true) }
    for _ in 1...2 { #expect(try Self.answers(&connection, many) == Array(0..<100)) }
    #expect(try Self.standing(&connection).count == PreparedStatements.limit)
  }

  @Test func `names tell statements apart and fit where names stand`() {
    let statements = (0..<10_000).map { "SELECT a FROM t WHERE b = $1 LIMIT \($0)" }
    let names = Set(statements.map { PreparedStatements.name(of: $0) })
    #expect(names.count == statements.count)
    #expect(names.allSatisfy { $0.utf8.count <= 63 })
  }
}
