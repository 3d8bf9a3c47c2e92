import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"), .scratchSchema)
struct CopyTests {
  struct Stop: Error, Equatable {}

  @Test(arguments: [1, 7, 32_767, 32_768, 32_769, 100_000, 1_000_000])
  func `any piece size carries the same bytes`(piece: Int) throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int, s text)")
    let rows = piece < 100 ? 500 : 40_000
    let bytes = Self.rows(rows)
    let count = try connection.copyIn("copy t from stdin") { writer in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        try writer.write(Array(bytes[start..<min(start + piece, bytes.count)]).span)
      }
    }
    #expect(count == rows)
    let sum = try connection.row("select count(*), sum(n), sum(length(s)) from t") {
      try [$0.int(), $0.int(), $0.int()]
    }
    let lengths = (0..<rows).reduce(0) { $0 + "row é \($1)".unicodeScalars.count }
    #expect(sum == [rows, rows * (rows - 1) / 2, lengths])
  }

  @Test func `an empty copy is a copy of no rows`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    #expect(try connection.copyIn("copy t from stdin") { try $0.write("") } == 0)
    #expect(connection.isUsable == true)
  }

  @Test func `a row the server refuses is its error, with the place`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    let error = #expect(throws: PostgresError.self) {
      try connection.copyIn("copy t from stdin") { try $0.write("1\nsecret\n") }
    }
    #expect(error?.sqlState == SQLState(rawValue: "22P02"))
    #expect(error?.context?.hasPrefix("COPY t, line 2") == true)
    #expect(error?.description.contains("secret") == false)
    #expect(connection.isUsable == true)
  }

  @Test func `a refused row ends a long copy early`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int check (n > 0))")
    let piece = Array(String(repeating: "1234567\n", count: 4096).utf8)
    var sent = 0
    let error = #expect(throws: PostgresError.self) {
      try connection.beginCopyIn("copy t from stdin")
      try connection.putCopy("-1\n".utf8Span.span)
      for _ in 0..<4_000 {
        try connection.putCopy(piece.span)
        sent += piece.count
      }
      _ = try connection.endCopyIn()
    }
    #expect(error?.sqlState == SQLState(rawValue: "23514"))
    #expect(error?.table == "t")
    #expect(sent < 16 << 20, "of 125 MB, \(sent) bytes were sent")
    #expect(connection.isUsable == true)
  }

  @Test func `notices during a copy do not end it`() throws {
    let heard = Heard()
    var connection = try ScratchSchema.current.connect { heard.note($0) }
    try connection.execute(
      """
      create table t (n int);
      create function tell() returns trigger language plpgsql as
        $$ begin if new.n % 100000 = 0 then raise notice 'at %', new.n; end if; return new; end $$;
      create trigger tell before insert on t for each row execute function tell();
      """)
    let count = try connection.copyIn("copy t from stdin") { writer in
      for block in 0..<500 {
        let lines = (0..<1000).map { "\(block * 1000 + $0)\n" }.joined()
        try writer.write(lines)
      }
    }
    #expect(count == 500_000)
    #expect(heard.all.count == 5)
  }

  @Test func `several copies of one transaction stand and fall together`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table a (n int); create table b (n int)")
    #expect(throws: PostgresError.self) {
      try connection.transaction { connection in
        _ = try connection.copyIn("copy a from stdin") { try $0.write("1\n") }
        _ = try connection.copyIn("copy b from stdin") { try $0.write("x\n") }
      }
    }
    #expect(connection.isUsable == true)
    try connection.transaction { connection in
      for table in ["a", "b"] {
        try connection.beginCopyIn("copy \(table) from stdin")
        try connection.putCopy("7\n".utf8Span.span)
        #expect(try connection.endCopyIn() == 1)
      }
    }
    let counts = try connection.row("select (select count(*) from a), (select count(*) from b)") {
      try [$0.int(), $0.int()]
    }
    #expect(counts == [1, 1])
  }

  @Test func `a throw between begin and end of a copy rolls the transaction back`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    #expect(throws: Stop.self) {
      try connection.transaction { connection in
        try connection.beginCopyIn("copy t from stdin")
        try connection.putCopy("7\n".utf8Span.span)
        throw Stop()
      }
    }
    #expect(connection.isUsable == true)
    #expect(try connection.row("select count(*) from t") { try $0.int() } == 0)
  }

  @Test func `a statement during a copy is refused and the copy goes on`() throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    try connection.beginCopyIn("copy t from stdin")
    let error = #expect(throws: PostgresError.self) { try connection.execute("select 1") }
    #expect(error?.code == .conversation)
    try connection.putCopy("7\n".utf8Span.span)
    #expect(try connection.endCopyIn() == 1)
  }

  @Test(arguments: [
    "copy t from stdin", "copy t to stdout", "select 1", "nonsense", "", "create table u (n int)",
  ])
  func `any statement in the wrong call is an error and harms nothing`(sql: String) throws {
    var connection = try ScratchSchema.current.connect()
    try connection.execute("create table t (n int)")
    if !sql.hasSuffix("from stdin") {
      #expect(throws: PostgresError.self) { try connection.beginCopyIn(sql) }
    }
    #expect(connection.isUsable == true)
    if !sql.hasSuffix("to stdout") {
      #expect(throws: PostgresError.self) { try connection.copyOut(sql) { _ in } }
    }
    #expect(connection.isUsable == true)
    if sql.hasPrefix("copy") {
      #expect(throws: PostgresError.self) { try connection.execute(sql) }
      #expect(throws: PostgresError.self) { try connection.run(sql) }
    }
    #expect(connection.isUsable == true)
  }

  @Test func `rows come out as they went in`() throws {
    var connection = try ScratchSchema.current.connect()
    var bytes: [UInt8] = []
    var rows = 0
    let count = try connection.copyOut(
      "copy (select n, 'row é ' || n from generate_series(0, 19999) n) to stdout"
    ) { row in
      rows += 1
      for index in row.indices { bytes.append(row[index]) }
    }
    #expect(count == 20_000)
    #expect(rows == 20_000)
    #expect(bytes == Self.rows(20_000))
  }

  @Test func `a receiver that throws stops the server too`() throws {
    var connection = try ScratchSchema.current.connect()
    #expect(throws: Stop.self) {
      try connection.copyOut("copy (select generate_series(1, 1000000000)) to stdout") { _ in
        throw Stop()
      }
    }
    #expect(connection.isUsable == true)
  }

  static func rows(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for n in 0..<count { bytes.append(contentsOf: "\(n)\trow é \(n)\n".utf8) }
    return bytes
  }
}
