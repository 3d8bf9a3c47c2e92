import AWS
import FeatureRigs
import JSON
import JobIngest
import LambdaRuntime
import Postgres
import TestSupport
import Testing

@testable import Backups
@testable import Datasets
@testable import Tables

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Backups that go wrong` {
  private static let table =
    "CREATE TABLE t (id integer PRIMARY KEY, name text, n integer NOT NULL);"
    + "INSERT INTO t SELECT i, 'name ' || i, i FROM generate_series(1, 2000) i"

  private static func fault(_ body: () throws -> Void) -> BackupFault? {
    do { try body() } catch let fault as BackupFault { return fault } catch {
      Issue.record("\(error)")
    }
    return nil
  }

  @Test func `a file that does not fit names every difference and changes nothing`() throws {
    var rig = try BackupRig(sql: Self.table)
    try rig.backUp("t")
    try rig.connection.execute(
      """
      ALTER TABLE t DROP COLUMN name; ALTER TABLE t ADD COLUMN added date;
      ALTER TABLE t ALTER COLUMN n TYPE bigint; ALTER TABLE t ALTER COLUMN n DROP NOT NULL;
      DELETE FROM t WHERE id > 10
      """)
    let before = try rig.rows("t")
    let fault = Self.fault { try rig.restore("t") }
    #expect(fault?.code == .schemaMismatch)
    for part in [
      "\"name\" of the file is not in the table", "\"added\" of the table is not in the file",
      "\"n\" is integer in the file and bigint in the table", "\"n\" may be NULL in the table only",
    ] { #expect(fault?.message.contains(part) == true, "\(part): \(fault?.message ?? "")") }
    #expect(try rig.rows("t") == before)
    #expect(try rig.rig.database.value("SELECT count(*) FROM sluice.restores") == "0")
  }

  @Test func `an object that was cut, changed or removed restores nothing`() throws {
    var rig = try BackupRig(sql: Self.table)
    let whole = try rig.backUp("t")
    let bytes = try rig.rig.bytes(of: whole.key)
    try rig.connection.execute("DELETE FROM t WHERE id > 10")
    let before = try rig.rows("t")
    var random = SeededRandom(seed: 6)
    for round in 0..<25 {
      try rig.replace(whole) { file in
        file = bytes
        if round < 6 {
          file.removeLast(Int.random(in: 1...(round < 3 ? 30 : bytes.count - 1), using: &random))
        } else {
          file[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8(1 << (round % 8))
        }
      }
      let fault = Self.fault { try rig.restore("t") }
      // What names a type in the header may be changed to what does not fit.
      #expect(
        fault?.code == .objectDamaged || fault?.code == .schemaMismatch, "\(fault?.message ?? "")")
      #expect(try rig.rows("t") == before)
    }
    try rig.s3.delete(S3Object(bucket: rig.rig.bucket, key: whole.key), timeout: .seconds(5))
    #expect(Self.fault { try rig.restore("t") }?.code == .objectDamaged)
    #expect(try rig.rows("t") == before)
  }

  @Test func `what cannot be kept exactly, or told apart, is refused by name`() throws {
    var rig = try BackupRig(
      sql: """
        CREATE TABLE a (id integer PRIMARY KEY, cost money);
        CREATE TABLE b (id integer);
        CREATE TABLE c (id integer PRIMARY KEY);
        CREATE TABLE d (c integer REFERENCES c ON DELETE CASCADE)
        """)
    let unknown = Self.fault { try rig.backUp("a") }
    #expect(unknown?.code == .unsupportedColumn)
    #expect(unknown?.message.contains("\"cost\" of a has the type money") == true)
    #expect(Self.fault { try rig.backUp("b") }?.code == .noKey)
    #expect(Self.fault { try rig.restore("c") }?.code == .noBackup)
    try rig.backUp("c")
    #expect(Self.fault { try rig.restore("c") }?.message.contains("d_c_fkey") == true)
    #expect(Self.fault { try rig.restore("c", 999) }?.message.contains("999") == true)
    let package = try DataPackage(variables: Checkout.packageVariables)
    let name = #expect(throws: BackupFault.self) {
      try PublicTable.backedUp("pg_class", package, and: PublicTable.jobIngest)
    }
    #expect(name?.message.contains("departments") == true)
    let postings = try PublicTable.backedUp("postings", package, and: PublicTable.jobIngest)
    #expect(postings.name == "postings")
    #expect(try rig.rig.database.value("SELECT count(*) FROM sluice.backups") == "1")
  }

  @Test func `readers see the old rows until they see the new ones, and wait for nothing`() throws {
    var rig = try BackupRig(sql: Self.table)
    try rig.backUp("t")
    try rig.connection.execute("DELETE FROM t WHERE id > 10")
    var reader = try PostgresConnection(PostgresSettings(url: rig.rig.database.url))
    let count = "SELECT count(*) FROM t"
    try reader.transaction(.snapshot) { reader in
      let old = try reader.row(count) { try $0.int() }
      #expect(old == 10)
      // With a lock that readers feel, this would wait for the reader for ever.
      try rig.restore("t", within: .seconds(10))
      let still = try reader.row(count) { try $0.int() }
      #expect(still == 10)
    }
    let new = try reader.row(count) { try $0.int() }
    #expect(new == 2000)
  }

  @Test func `the newest so many stay, and what was never finished goes`() throws {
    var rig = try BackupRig(sql: Self.table)
    var keys: [String] = []
    for _ in 0..<4 { keys.append(try rig.backUp("t").key) }
    try rig.connection.execute(
      """
      INSERT INTO sluice.backups (table_name, bucket, key, created_at)
      VALUES ('t', '\(rig.rig.bucket)', 'backups/t/lost.avro', now() - interval '2 hours'),
        ('t', '\(rig.rig.bucket)', 'backups/t/running.avro', now() - interval '2 minutes')
      """)
    try rig.rig.upload("x", as: "backups/t/lost.avro")
    keys.append(try rig.backUp("t", keep: 2).key)
    let held = try keys.map { try rig.holds($0) }
    #expect(held == [false, false, false, true, true])
    #expect(try !rig.holds("backups/t/lost.avro"))
    let rows = try rig.rig.database.rows("SELECT key FROM sluice.backups ORDER BY id")
    #expect(Set(rows.flatMap { $0 }) == Set(keys.suffix(2) + ["backups/t/running.avro"]))
    for text in ["-1", "many", "1.5"] {
      #expect(throws: SettingError.self) {
        try BackupSettings(
          bucket: nil, variables: EnvironmentVariables(["BACKUP_RETENTION": text]))
      }
    }
    #expect(try BackupSettings(bucket: nil, variables: EnvironmentVariables([:])).retention == 7)
  }

  @Test func `a backup that breaks off leaves no parts, no object and no row`() throws {
    let stub = try HTTPStub { request in
      if request.method == "POST" {
        return HTTPStub.Reply(200, body: Array("<UploadId>u</UploadId>".utf8))
      }
      if request.target.contains("partNumber=2") { return HTTPStub.Reply(403) }
      return HTTPStub.Reply(200, [("ETag", "\"p\"")])
    }
    var rig = try BackupRig(
      ["AWS_ENDPOINT_URL": stub.url],
      sql: "CREATE TABLE w (id integer PRIMARY KEY, t bytea);"
        + "INSERT INTO w SELECT n, (SELECT string_agg(decode(md5((n * 1000 + i)::text), 'hex'), '')"
        + " FROM generate_series(1, 1000) i) FROM generate_series(1, 800) n")
    #expect(Self.fault { try rig.backUp("w") }?.code == .objectUnavailable)
    let said = stub.requests.map { "\($0.method) \($0.target.split(separator: "?").last ?? "")" }
    #expect(said.contains("DELETE uploadId=u"), "\(said)")
    #expect(stub.requests.last?.method == "DELETE")
    #expect(try rig.rig.database.value("SELECT count(*) FROM sluice.backups") == "0")
    let isUsable = rig.connection.isUsable
    #expect(isUsable)
  }

  @Test func `what does not fit the time says so and leaves nothing half done`() throws {
    var rig = try BackupRig(sql: Self.table)
    try rig.backUp("t")
    try rig.connection.execute("DELETE FROM t WHERE id > 10")
    let before = try rig.rows("t")
    var blocker = try PostgresConnection(PostgresSettings(url: rig.rig.database.url))
    try blocker.execute("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE")
    #expect(Self.fault { try rig.restore("t", within: .seconds(5)) }?.code == .outOfTime)
    try blocker.execute("COMMIT; BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    rig.connection = try PostgresConnection(PostgresSettings(url: rig.rig.database.url))
    #expect(Self.fault { try rig.backUp("t", within: .seconds(5)) }?.code == .outOfTime)
    try blocker.execute("COMMIT")
    #expect(try rig.rows("t") == before)
    #expect(try rig.rig.database.value("SELECT count(*) FROM sluice.backups") == "1")
  }

  @Test func `after a restore the content that was loaded last is loaded again`() throws {
    var rig = try BackupRig()
    _ = try rig.rig.load("1,Sales\n", as: "departments.csv")
    let backup = try rig.backUp("departments")
    let ignored = try rig.rig.report(rig.rig.notification(backup.key))
    #expect(ignored.status == "ignored" && ignored.reason.contains("restored"))
    let file = "1,Sales\n2,Support\n"
    #expect(try rig.rig.load(file, as: "departments.csv").status == "loaded")
    #expect(try rig.rig.load(file, as: "departments.csv").status == "already-loaded")
    try rig.restore("departments")
    #expect(try rig.rig.database.value("SELECT count(*) FROM departments") == "1")
    let again = try rig.rig.load(file, as: "departments.csv")
    #expect(again.status == "loaded" && again.outcome == [1, 0, 1, 0, 0])
    #expect(try rig.rig.database.value("SELECT count(*) FROM departments") == "2")
  }
}
