import FeatureRigs
import LambdaRuntime
import Postgres
import TestSupport
import Testing

@testable import Backups

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Restores among other tables` {
  private static let tables = """
    CREATE TABLE t (id integer PRIMARY KEY, name text, u integer UNIQUE, boss integer REFERENCES t);
    CREATE TABLE c (id integer PRIMARY KEY, t integer NOT NULL REFERENCES t);
    INSERT INTO t VALUES (1, 'a', 1, NULL), (2, 'b', 2, 1), (3, 'c', 3, 2), (4, 'd', 4, 1);
    INSERT INTO c VALUES (1, 1), (2, 2), (3, 3)
    """

  private static func fault(_ body: () throws -> Void) -> BackupFault? {
    do { try body() } catch let fault as BackupFault { return fault } catch {
      Issue.record("\(error)")
    }
    return nil
  }

  @Test func `rows that others refer to come back in one piece`() throws {
    var rig = try BackupRig(sql: Self.tables)
    let before = try [rig.rows("t"), rig.rows("c")]
    try rig.backUp("t")
    // A unique value wanders from row to row, a row goes and another one comes.
    try rig.connection.execute(
      """
      UPDATE t SET name = 'x' WHERE id = 1; UPDATE t SET u = 0 WHERE id = 2;
      UPDATE t SET u = 2, boss = 1 WHERE id = 3; UPDATE t SET u = 3, boss = 3 WHERE id = 2;
      DELETE FROM t WHERE id = 4; INSERT INTO t VALUES (9, 'z', 4, 2)
      """)
    let report = try rig.restore("t")
    #expect(report.rows == 4 && report.deleted == 4 && report.inserted == 4)
    #expect(try [rig.rows("t"), rig.rows("c")] == before)
    #expect(try rig.restore("t").deleted == 0)
  }

  @Test func `a row that another table holds on to is told by its constraint`() throws {
    var rig = try BackupRig(sql: Self.tables)
    try rig.backUp("t")
    try rig.backUp("c")
    try rig.connection.execute("INSERT INTO t VALUES (9, 'z', 9, 2); INSERT INTO c VALUES (9, 9)")
    var before = try rig.rows("t")
    let held = Self.fault { try rig.restore("t") }
    #expect(held?.code == .stillReferenced)
    #expect(held?.message.contains("c_t_fkey of c") == true, "\(held?.message ?? "")")
    #expect(try rig.rows("t") == before)
    try rig.restore("c")
    #expect(try rig.restore("t").deleted == 1)

    try rig.connection.execute("DELETE FROM c; DELETE FROM t WHERE id = 3")
    before = try rig.rows("c")
    let orphan = Self.fault { try rig.restore("c") }
    #expect(orphan?.code == .noParent)
    #expect(orphan?.message.contains("c_t_fkey of c") == true, "\(orphan?.message ?? "")")
    #expect(try rig.rows("c") == before)
    try rig.connection.execute(
      "ALTER TABLE c DROP CONSTRAINT c_t_fkey;"
        + "ALTER TABLE c ADD CONSTRAINT late FOREIGN KEY (t) REFERENCES t INITIALLY DEFERRED")
    #expect(Self.fault { try rig.restore("c") }?.message.contains("late of c") == true)
    try rig.restore("t")
    #expect(try rig.restore("c").inserted == 3)
  }

  @Test func `a rule that is younger than the backup is told by its name`() throws {
    var rig = try BackupRig(sql: Self.tables)
    try rig.backUp("t")
    try rig.connection.execute(
      "UPDATE t SET name = 'long' WHERE id = 4; DELETE FROM t WHERE id = 3 AND false;"
        + "ALTER TABLE t ADD CONSTRAINT long_names CHECK (length(name) > 1) NOT VALID")
    let before = try rig.rows("t")
    let fault = Self.fault { try rig.restore("t") }
    #expect(fault?.code == .schemaMismatch)
    #expect(fault?.message.contains("long_names of t") == true, "\(fault?.message ?? "")")
    #expect(try rig.rows("t") == before)
  }

  @Test func `places that came after the backup stay, and postings want theirs`() throws {
    var rig = try BackupRig(
      sql: """
        INSERT INTO posting_places (id, fingerprint, name) VALUES (1, 'a', 'A'), (2, 'b', 'B');
        INSERT INTO postings (id, announcement, title, uri, category_codes, schedule_codes,
          offering_codes, hiring_paths, place_ids, document, content_hash, inserted_run)
        VALUES ('p', 'p', 'p', 'p', '{}', '{}', '{}', '{}', '{1,2}', '{}', 'p', 1)
        """)
    try rig.backUp("posting_places")
    try rig.backUp("postings")
    try rig.connection.execute(
      """
      INSERT INTO posting_places (id, fingerprint, name) VALUES (3, 'c', 'C');
      UPDATE posting_places SET name = 'Z' WHERE id = 1; DELETE FROM posting_places WHERE id = 2;
      UPDATE postings SET place_ids = '{1,3}'
      """)
    let fault = Self.fault { try rig.restore("postings") }
    #expect(fault?.code == .noParent)
    #expect(fault?.message.contains("1 places") == true, "\(fault?.message ?? "")")
    let report = try rig.restore("posting_places")
    #expect(report.rows == 2 && report.deleted == 1 && report.inserted == 2)
    let names = "SELECT string_agg(name, ',' ORDER BY id) FROM posting_places"
    #expect(try rig.rig.database.value(names) == "A,B,C")
    #expect(try rig.restore("postings").inserted == 1)
    #expect(try rig.rig.database.value("SELECT place_ids FROM postings") == "{1,2}")
  }

  @Test func `a row that no file can hold is told by its place`() throws {
    var rig = try BackupRig(
      sql: "CREATE TABLE t (id integer PRIMARY KEY, b bytea);"
        + "INSERT INTO t SELECT n, decode(repeat('00', CASE n WHEN 3 THEN 65 ELSE 0 END << 20), 'hex')"
        + " FROM generate_series(1, 3) n")
    let fault = Self.fault { try rig.backUp("t") }
    #expect(fault?.code == .rowTooLarge)
    #expect(
      fault?.message
        == "the backup of t: row 3 has about 65 MiB; expected at most 64; rows count in "
        + "the order of the primary key")
    #expect(try rig.rig.database.value("SELECT count(*) FROM sluice.backups") == "0")
  }
}
