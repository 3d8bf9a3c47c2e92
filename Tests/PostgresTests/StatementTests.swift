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
      let rows = try result.rows { row in "\(try row.int()) \(try row.text())" }
      #expect(rows.last == "3 3")
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
    let sum = try connection.row("select sum(a), string_agg(b, ',' order by a) from t") {
      "\(try $0.int()) \(try $0.text())"
    }
    #expect(sum == "3 one,two")
  }
}
