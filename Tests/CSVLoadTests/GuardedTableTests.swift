import FeatureRigs
import JSON
import TestSupport
import Testing

/// Tables whose triggers, rules and policies have a say of their own in what becomes of a row.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Guarded tables` {
  private static func package(_ mode: String) -> String {
    """
    {"name":"p","resources":[
    {"name":"towns","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}},
      {"name":"town","type":"string"}],"primaryKey":"id"},"sluice":{"mode":"\(mode)","maxRejects":1}},
    {"name":"inns","schema":{"fields":[
      {"name":"nr","type":"integer","constraints":{"required":true}},
      {"name":"town","type":"integer"}],"primaryKey":"nr",
      "foreignKeys":[{"fields":"town","reference":{"resource":"towns","fields":"id"}}]}}]}
    """
  }

  /// A rig whose tables stand, and hold towns with these ids.
  private static func rig(
    _ mode: String = "upsert", holding ids: [Int] = []
  ) throws -> LoaderRig {
    let file = try PackageFile(package(mode))
    var rig = try withExtendedLifetime(file) {
      try LoaderRig(["SLUICE_DATAPACKAGE": file.path])
    }
    _ = try rig.load("nr,town\n", as: "inns.csv")
    if !ids.isEmpty { _ = try rig.load(Self.file(ids), as: "first/towns.csv") }
    return rig
  }

  private static func file(_ ids: some Sequence<Int>, _ town: String = "old") -> String {
    "id,town\n" + ids.map { "\($0),\(town)\n" }.joined()
  }

  private static func trigger(_ when: String, on table: String = "towns", _ body: String) -> String
  {
    """
    CREATE FUNCTION public.own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(body) END $$;
    CREATE TRIGGER own \(when) ON public.\(table) FOR EACH ROW EXECUTE FUNCTION public.own()
    """
  }

  private static let keepOut =
    trigger("BEFORE INSERT", "IF NEW.id % 3 = 0 THEN RETURN NULL; END IF; RETURN NEW;")

  /// What stands in the way of a file of the towns 1 to 6, which towns there are before, and how many
  /// records do not get through.
  static let obstacles: [(sql: String, mode: String, ids: [Int], lost: Int)] = [
    (keepOut, "upsert", [], 2),
    (keepOut, "append", [], 2),
    (keepOut, "upsert", [1, 2], 2),
    (keepOut, "append", [9], 2),
    (keepOut, "replace", [1, 7], 2),
    (
      trigger("AFTER INSERT", "DELETE FROM towns WHERE id = NEW.id AND id > 3; RETURN NEW;"),
      "upsert", [], 3
    ),
    (
      trigger("BEFORE UPDATE", "IF NEW.id = 1 THEN RETURN NULL; END IF; RETURN NEW;"),
      "upsert", [1, 2], 1
    ),
    (
      trigger("BEFORE DELETE", "IF OLD.id > 7 THEN RETURN NULL; END IF; RETURN OLD;"),
      "replace", [1, 7, 8, 9], 2
    ),
    ("CREATE RULE own AS ON INSERT TO towns DO INSTEAD NOTHING", "upsert", [], 6),
    (
      """
      CREATE TABLE public.elsewhere (LIKE public.towns);
      CREATE RULE own AS ON INSERT TO towns DO INSTEAD INSERT INTO elsewhere VALUES (NEW.*)
      """, "upsert", [1], 5
    ),
    (
      """
      ALTER DATABASE NAME SET role = pg_write_all_data;
      GRANT ALL ON SCHEMA public, sluice TO pg_write_all_data;
      GRANT ALL ON ALL TABLES IN SCHEMA public, sluice TO pg_write_all_data;
      ALTER TABLE towns ENABLE ROW LEVEL SECURITY;
      CREATE POLICY sees ON towns FOR SELECT USING (true);
      CREATE POLICY adds ON towns FOR INSERT WITH CHECK (true);
      CREATE POLICY changes ON towns FOR UPDATE USING (id > 2);
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """, "upsert", [1, 2, 3], 2
    ),
  ]

  @Test(arguments: obstacles)
  func `a record that a table keeps out fails the load, which says how many there are`(
    _ sql: String, _ mode: String, _ ids: [Int], _ lost: Int
  ) throws {
    var rig = try Self.rig(mode, holding: ids)
    try rig.database.execute(sql.replacing("NAME", with: rig.database.name))
    let eTag = try rig.upload(Self.file(1...6, "new"), as: "towns.csv")
    let event = rig.notification("towns.csv", eTag: eTag)
    var message = ""
    do { _ = try rig.invoke(event) } catch { message = "\(error)" }
    #expect(
      message.contains("\(lost) r") && message.contains(" towns: a trigger, rule"), "\(message)")
    // Nothing was changed, and the message comes again.
    #expect(
      try rig.database.rows("SELECT id, town FROM towns ORDER BY id")
        == ids.map { ["\($0)", "old"] })
    #expect(
      try rig.database.value("SELECT count(*) FROM sluice.loads WHERE key = 'towns.csv'") == "0")
    #expect(try rig.report(event).returned == 1)
  }

  @Test func `a record that goes a way of its table's own has arrived`() throws {
    var rig = try Self.rig(holding: [1, 2])
    try rig.database.execute(
      """
      CREATE TABLE public.large (CHECK (id > 3)) INHERITS (public.towns);
      \(Self.trigger(
        "BEFORE INSERT",
        "IF NEW.id > 3 THEN INSERT INTO large VALUES (NEW.*); RETURN NULL; END IF; RETURN NEW;"))
      """)
    let report = try rig.load(Self.file(2...6), as: "towns.csv")
    #expect(report.outcome == [4, 0, 1, 0, 0], "\(report.answer)")
    #expect(try rig.database.value("SELECT count(*) FROM towns") == "6")
    let again = try rig.load(Self.file(1...6, "new"), as: "towns.csv")
    #expect(again.outcome == [0, 6, 0, 0, 0], "\(again.answer)")
  }

  @Test func `a trigger that changes a row but lets it in is no obstacle`() throws {
    var rig = try Self.rig()
    try rig.database.execute(
      Self.trigger("BEFORE INSERT OR UPDATE", "NEW.town := upper(NEW.town); RETURN NEW;"))
    #expect(try rig.load(Self.file(1...3), as: "towns.csv").outcome == [3, 0, 0, 0, 0])
    let second = try rig.load("id,town\n1,OLD\n2,new\n4,x\n", as: "towns.csv")
    #expect(second.outcome == [1, 1, 1, 0, 0], "\(second.answer)")
    #expect(
      try rig.database.value("SELECT string_agg(town, ' ' ORDER BY id) FROM towns")
        == "OLD NEW OLD X")
  }

  @Test func `a trigger of a partition is one of its table`() throws {
    var rig = try Self.rig()
    try rig.database.execute(
      """
      DROP TABLE public.towns;
      CREATE TABLE public.towns (id bigint PRIMARY KEY, town text) PARTITION BY RANGE (id);
      CREATE TABLE public.low PARTITION OF public.towns FOR VALUES FROM (0) TO (100);
      INSERT INTO public.towns VALUES (50, 'x');
      \(Self.trigger("BEFORE INSERT", on: "low", "RETURN NULL;"))
      """)
    let refused = try rig.load(Self.file(1...6), as: "towns.csv")
    #expect(refused.returned == 1, "\(refused.answer)")
    try rig.database.execute("ALTER TABLE low DISABLE TRIGGER own")
    let taken = try rig.load(Self.file(1...6), as: "towns.csv")
    #expect(taken.outcome == [6, 0, 0, 0, 0], "\(taken.answer)")
  }

  @Test func `records that are kept out when they heal go on waiting`() throws {
    var rig = try Self.rig()
    #expect(try rig.load("nr,town\n1,1\n2,1\n", as: "inns.csv")["pending"] == 2)
    try rig.database.execute(
      Self.trigger(
        "BEFORE INSERT", on: "inns", "IF NEW.nr = 1 THEN RETURN NULL; END IF; RETURN NEW;"))
    let towns = try rig.load(Self.file([1]), as: "towns.csv")
    #expect(towns.status == "loaded" && towns["healed"] == 0, "\(towns.answer)")
    #expect(try rig.database.rows("SELECT pending FROM sluice.loads WHERE read = 2") == [["2"]])
    #expect(try rig.database.value("SELECT count(*) FROM sluice.pending") == "2")
    try rig.database.execute("DROP TRIGGER own ON inns")
    #expect(try rig.load(Self.file([2]), as: "towns.csv")["healed"] == 2)
    #expect(try rig.database.value("SELECT count(*) FROM inns") == "2")
  }

  @Test func `a refused file is taken back from its table whole`() throws {
    var rig = try Self.rig()
    try rig.database.execute(Self.trigger("BEFORE DELETE", "RETURN NULL;"))
    let file = Self.file(1...3) + "a,\nb,\n"
    #expect(try rig.load(file, as: "towns.csv").returned == 1)
    #expect(try rig.database.value("SELECT count(*) FROM towns") == "0")
    try rig.database.execute("DROP TRIGGER own ON towns")
    #expect(try rig.load(file, as: "towns.csv").code == "too-many-rejects")
    #expect(try rig.database.value("SELECT count(*) FROM towns") == "0")
  }
}
