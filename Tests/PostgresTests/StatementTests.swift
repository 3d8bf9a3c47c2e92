import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct StatementTests {
  @Test func `a statement answers with its rows and their columns`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.query("select n, n::text as t from generate_series(1, 3) n") { result in
      #expect(result.rowCount == 3)
      #expect(result.columnCount == 2)
      try #expect(result.columnName(1) == "t")
      try #expect(result.columnIndex("t") == 1)
      try #expect(result.int(row: 2, column: 0) == 3)
      try #expect(result.text(row: 2, column: 1) == "3")
    }
  }

  @Test func `copied rows arrive`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (a int, b text)")
    let count = try connection.copyIn("copy t from stdin") { writer in
      try writer.write("1\tone\n2\t")
      try writer.write("two\n")
    }
    #expect(count == 2)
    let sum = try connection.query("select sum(a), string_agg(b, ',' order by a) from t") {
      "\(try $0.int(row: 0, column: 0)) \(try $0.text(row: 0, column: 1))"
    }
    #expect(sum == "3 one,two")
  }
}
