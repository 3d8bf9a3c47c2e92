import FeatureRigs
import JSON
import Postgres
import TestSupport
import Testing

/// Loads into tables that hold no row yet, which need no staging until a key comes twice.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `An empty table` {
  private static let things = """
    {"name":"p","resources":[{"name":"things","schema":{"fields":[
    {"name":"id","type":"integer","constraints":{"required":true}},
    {"name":"word","type":"string","constraints":{"required":true}},
    {"name":"amount","type":"number"}],"primaryKey":KEY},"sluice":{"header":"auto"}}]}
    """

  private static func package(key: String) throws -> PackageFile {
    try PackageFile(things.replacing("KEY", with: key))
  }

  /// Notes each kind of statement that writes to a table.
  private static func watch(_ table: String, _ database: ScratchDatabase) throws {
    try database.execute(
      """
      CREATE TABLE public.statements (kind text);
      CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.statements VALUES (split_part(current_query(), ' ', 1));
      RETURN NULL; END $$;
      CREATE TRIGGER note AFTER INSERT OR UPDATE ON public.\(table)
      FOR EACH STATEMENT EXECUTE FUNCTION public.note()
      """)
  }

  private static func statements(_ database: ScratchDatabase) throws -> Set<String> {
    Set(try database.rows("SELECT kind FROM public.statements").flatMap { $0 })
  }

  @Test(arguments: [
    // Which keys, of which column, and by which statements they reach the table.
    (#""id""#, [1, 2, 3, 9], ["COPY"]),
    (#""id""#, [3, 1, 2], ["COPY"]),
    (#""word""#, [3, 1, 2], ["COPY"]),
    (#"["id","word"]"#, [3, 1, 2], ["COPY"]),
    (#""id""#, [1, 2, 2, 3], ["COPY", "INSERT"]),
    (#""word""#, [1, 2, 1], ["COPY", "INSERT"]),
  ])
  func `rows are copied straight into it until a key comes twice`(
    _ key: String, _ ids: [Int], _ kinds: [String]
  ) throws {
    let package = try Self.package(key: key)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    _ = try rig.load("id,word,amount\n", as: "things.csv")
    try Self.watch("things", rig.database)
    let file = ids.enumerated().map { "\($1),w\($1),\($0).5\n" }.joined()
    let report = try rig.load(file, as: "things.csv")
    let distinct = Set(ids).count
    #expect(report.isBalanced, "\(report.value)")
    #expect(report.outcome == [distinct, 0, 0, ids.count - distinct, 0], "\(report.value)")
    // COPY into the chunk that was taken back left no trace.
    let seen = try Self.statements(rig.database).subtracting(distinct < ids.count ? ["UPDATE"] : [])
    #expect(seen.isSubset(of: kinds) && seen.isSuperset(of: kinds.suffix(1)), "\(seen)")
    let again = try rig.load(file + "\n", as: "uploads/things.csv")
    #expect(again.isBalanced && again["unchanged"] == distinct, "\(again.value)")
  }

  /// What the table holds after a load, and what is told of it, against a dictionary.
  @Test(arguments: [#""id""#, #""word""#, #"["word","id"]"#], 1...6 as ClosedRange<UInt64>)
  func `the last record of a key wins wherever it comes twice`(
    _ key: String, _ seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    let package = try Self.package(key: key)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let count = Int.random(in: 1...3000, using: &random)
    // From keys that only ascend to keys of which most come twice.
    let span = [count, 4 * count, count / 3 + 1][Int(seed) % 3]
    let turn = Int.random(in: 0...count, using: &random)
    var file = "id,word,amount\n"
    var rows: [Int: String] = [:]
    var rejected = 0
    for number in 1...count {
      let id = number < turn ? number : Int.random(in: 1...span, using: &random)
      if Int.random(in: 0..<20, using: &random) == 0 {
        file += "\(id),,1\n"
        rejected += 1
      } else {
        let amount = Int.random(in: 0...9, using: &random)
        file += "\(id),w\(id),\(amount)\n"
        rows[id] = "\(amount)"
      }
    }
    let report = try rig.load(file, as: "things.csv")
    guard !rows.isEmpty else { return }
    #expect(report.isBalanced && report["read"] == count)
    #expect(
      report.outcome == [rows.count, 0, 0, count - rejected - rows.count, rejected],
      "\(report.value)")
    #expect(
      try rig.database.rows("SELECT id, word, amount FROM things ORDER BY id")
        == rows.sorted { $0.key < $1.key }.map { ["\($0.key)", "w\($0.key)", $0.value] })
  }

  @Test func `a key that comes back after several chunks costs only the chunk it is in`() throws {
    let package = try Self.package(key: #""word""#)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let filler = String(repeating: "x", count: 400)
    let line = { (id: Int) in "\(id),\(filler)\(id),1\n" }
    // Some 12 MB: the key of the first record comes back in the third chunk.
    let ids = Array(1...25_000) + [1, 24_999, 25_001, 25_001, 25_002]
    _ = try rig.load("id,word,amount\n", as: "things.csv")
    let report = try rig.load(
      ids.map(line).joined() + "7,\(filler)3,2.5\n", as: "things.csv")
    #expect(report.isBalanced && report.outcome == [25_002, 0, 0, 4, 0], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT count(*), sum(id), count(DISTINCT word) FROM things")
        == [["25002", "\(25_002 * 25_003 / 2 - 3 + 7)", "25002"]])
    #expect(
      try rig.database.value("SELECT amount FROM things WHERE word = '\(filler)3'") == "2.5")
  }

  @Test func `an empty table that was made by hand with other types takes those declared`() throws {
    let package = try Self.package(key: #""id""#)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    try rig.database.execute(
      "CREATE TABLE public.things (note text, amount numeric(9, 1), word varchar(20) NOT NULL, "
        + "id numeric PRIMARY KEY)")
    let report = try rig.load("1,a,0.25\n2,b,\n", as: "things.csv")
    #expect(report.outcome == [2, 0, 0, 0, 0], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT id, word, amount FROM things ORDER BY id")
        == [["1", "a", "0.25"], ["2", "b", ""]])
  }

  @Test func `columns in another order than the file's are filled by name`() throws {
    let package = try Self.package(key: #""id""#)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    try rig.database.execute(
      "CREATE TABLE public.things (amount numeric, more integer DEFAULT 7, word text NOT NULL, "
        + "id bigint PRIMARY KEY)")
    _ = try rig.load("1,a,0.25\n", as: "things.csv")
    #expect(try rig.database.rows("SELECT * FROM things") == [["0.25", "7", "a", "1"]])
  }

  @Test func `fault 18: two files that fill it at the same moment both load`() async throws {
    let rig = try LoaderRig()
    try await rig.fillTwice()
  }

  @Test func `a refusal of the table's own constraints is told by its name`() throws {
    var rig = try LoaderRig()
    _ = try rig.load("id,department\n", as: "departments.csv")
    try rig.database.execute("CREATE UNIQUE INDEX own_rule ON departments (department)")
    for file in ["1,Sales\n2,Sales\n", "2,Sales\n1,Sales\n"] {
      let event = rig.notification(
        "departments.csv", eTag: try rig.upload(file, as: "departments.csv"))
      var message = ""
      do { _ = try rig.invoke(event) } catch { message = "\(error)" }
      #expect(message.contains("own_rule"), "\(message)")
    }
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "0")
  }
}

extension LoaderRig {
  /// Two handlers on two threads, two files with common keys, one empty table.
  fileprivate consuming func fillTwice() async throws {
    var rig = self
    _ = try rig.load("id,job\n", as: "jobs.csv")
    let events = try [1...20_000, 10_001...30_000].enumerated().map { index, ids in
      let key = "uploads/jobs/\(index).csv"
      let rows = ids.map { "\($0),Job \($0)\n" }.joined()
      return rig.notification(key, eTag: try rig.upload(rows, as: key))
    }
    let variables = rig.variables
    async let one = Self.statuses(events[0], variables)
    async let two = Self.statuses(events[1], variables)
    #expect(try await [one, two] == ["loaded", "loaded"])
    #expect(try rig.database.value("SELECT count(*) FROM jobs") == "30000")
    #expect(
      try rig.database.value("SELECT sum(inserted) || ' ' || sum(unchanged) FROM sluice.loads")
        == "30000 10000")
  }
}
