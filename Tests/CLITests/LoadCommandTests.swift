import AWS
import CLI
import CSVLoad
import Glibc
import JSON
import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Loads from a terminal` {
  @Test func `the status tells rejects from a file that is not loaded`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    try commands.folder.write("id,town\n1,Graz\n", as: "towns.csv")
    let loaded = try commands.run("sluice load towns.csv")
    #expect(loaded.status == 0, "\(loaded)")
    #expect(loaded.output.contains(" loaded "))
    for path in ["./towns.csv", "../*/towns.csv", "$PWD//towns.csv"] {
      let again = try commands.run(
        "sluice load \(path.replacing("*", with: commands.folder.path.split(separator: "/").last ?? ""))"
      )
      #expect(again.output.contains("already-loaded"), "\(path): \(again)")
    }
    try commands.folder.write("id,town\n1,Graz\nx,Linz\n", as: "towns.csv")
    let rejected = try commands.run("sluice load towns.csv")
    #expect(rejected.status == 3)
    #expect(rejected.notes.contains("towns.csv, line 3: id is not an integer"))
    #expect(rejected.notes.contains("fix and load again: \(commands.folder.path)/towns.rej"))
    #expect(commands.folder.read("towns.rejected.csv")?.contains(",x,Linz") == true)
    try commands.folder.write("x,y\n", as: "towns.csv")
    let failed = try commands.run("sluice load towns.csv")
    #expect(failed.status == 1)
    #expect(failed.notes.contains("header does not name the fields"))
    #expect(try database.rows("SELECT * FROM towns") == [["1", "Graz"]])
  }

  @Test func `the report is the answer of csv-load where scripts want it`() throws {
    let commands = try `Files from a terminal`.folder(try ScratchDatabase())
    try commands.folder.write("id,town\n1,Graz\n", as: "towns.csv")
    try commands.folder.write("id,town\n2,Linz\n", as: "more.csv")
    let ran = try commands.run("sluice load towns.csv more.csv --dataset towns --format json")
    let answer = try JSON.decode(JSONValue.self, from: Array(ran.output.utf8))
    #expect(answer["loads"]?[0]?["status"]?.string == "loaded")
    #expect(answer["loads"]?[0]?["key"]?.string == commands.folder.path("towns.csv"))
    #expect(answer["loads"]?[1]?["inserted"] == .integer(1))
    #expect(ran.notes == "")
  }

  @Test(
    .enabled(
      if: ProcessEnvironment.all["TEST_AWS_ENDPOINT_URL"] != nil, "set TEST_AWS_ENDPOINT_URL"))
  func `an object of S3 loads by its address, and its rejects go to its bucket`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    let variables = LocalAWS.variables(
      endpoint: ProcessEnvironment.all["TEST_AWS_ENDPOINT_URL"] ?? "")
    var s3 = try S3Client(lookup: { variables[$0] })
    let bucket = database.name.replacing("_", with: "-")
    try s3.createBucket(bucket, timeout: .seconds(10))
    _ = try s3.put(
      S3Object(bucket: bucket, key: "a b/towns.csv"), body: Array("id,town\n1,Graz\nx,Y\n".utf8),
      timeout: .seconds(10))
    let settings = variables.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    let load = "env \(settings) sluice load 's3://\(bucket)/a b/towns.csv'"
    let first = try commands.run(load)
    #expect(first.status == 3, "\(first)")
    #expect(first.notes.contains("fix and load again: rejected/a b/towns.csv"))
    #expect(try commands.run(load).output.contains("already-loaded"))
    #expect(try commands.run(load + " --again").output.contains(" loaded "))
    #expect(try database.rows("SELECT * FROM towns") == [["1", "Graz"]])
    let gone = try commands.run(load.replacing("towns.csv", with: "gone.csv") + " --dataset towns")
    #expect(gone.status == 1)
    #expect(gone.notes.contains("does not exist"), "\(gone.notes)")
  }

  @Test func `a database that is not there is told, with what to do`() throws {
    let commands = try `Files from a terminal`.folder()
    try commands.folder.write("id,town\n1,Graz\n", as: "towns.csv")
    let away = try commands.run("sluice load towns.csv")
    #expect(away.status == 1)
    #expect(away.notes.contains("the database is away"), "\(away.notes)")
    let wrong = try commands.run("sluice load towns.csv --database nonsense://x")
    #expect(wrong.status == 1)
    #expect(wrong.notes.contains("--database"), "\(wrong.notes)")
  }

  @Test func `Ctrl-C while the server waits rolls back and says so`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    try commands.folder.write("id,town\n1,Graz\n", as: "towns.csv")
    #expect(try commands.run("sluice load towns.csv").status == 0)
    try commands.folder.write("id,town\n2,Linz\n", as: "towns.csv")
    var other = try PostgresConnection(try PostgresSettings(url: database.url))
    try other.execute("BEGIN; LOCK TABLE towns IN ACCESS EXCLUSIVE MODE")
    let process = try commands.start("sluice load towns.csv")
    #expect(
      Patience.until {
        (try? database.value(
          """
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'
          """)) == "1"
      })
    process.send(SIGINT)
    #expect(process.wait() == .exited(130))
    try other.execute("ROLLBACK")
    let notes = commands.folder.read("notes") ?? ""
    #expect(notes.contains("interrupted; the transaction was rolled back"), "\(notes)")
    #expect(try database.value("SELECT count(*) FROM towns") == "1")
    #expect(try database.value("SELECT count(*) FROM sluice.loads") == "1")
    #expect(try commands.run("sluice load towns.csv").status == 0)
    #expect(try database.value("SELECT count(*) FROM towns") == "2")
  }

  @Test func `Ctrl-C while a file is read rolls back what was copied`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    try commands.folder.write("id,town\n", as: "towns.csv")
    #expect(try commands.run("sluice load towns.csv").status == 0)
    let lines = (1...400_000).map { "\($0),a town whose name is rather long\n" }
    try commands.folder.write("id,town\n" + lines.joined(), as: "towns.csv")
    let process = try commands.start("sluice load towns.csv")
    #expect(
      Patience.until {
        (try? database.value(
          """
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'COPY %'
          """)) == "1"
      })
    process.send(SIGINT)
    #expect(process.wait() == .exited(130))
    #expect(try database.value("SELECT count(*) FROM towns") == "0")
    #expect(try database.value("SELECT count(*) FROM sluice.loads") == "1")
  }

  static let lines: [(progress: (bytes: Int, size: Int?, read: Int), seconds: Int, line: String)] =
    [
      ((0, nil, 0), 3, "waiting for the database"),
      (
        (25_000_000, 100_000_000, 500_000), 2,
        "25.0 MB of 100.0 MB, 500,000 records, 250,000 a second, 7 rejected, 0:06 left"
      ),
      ((999, nil, 1), 0, "999 B, 1 records, 7 rejected"),
      (
        (1_500_000, 1_500_000, 10), 1,
        "1.5 MB of 1.5 MB, 10 records, 10 a second, 7 rejected, merging"
      ),
      (
        (1000, 10_000_000, 1), 1,
        "1.0 kB of 10.0 MB, 1 records, 1 a second, 7 rejected, 2:46:39 left"
      ),
    ]

  @Test(arguments: lines)
  func `a line of progress tells how far, how fast and how long`(
    progress: (bytes: Int, size: Int?, read: Int), seconds: Int, line: String
  ) {
    var loaded = LoadProgress(backendID: 1)
    (loaded.bytes, loaded.size, loaded.read) = progress
    loaded.rejected = 7
    #expect(LoadScreen.line(loaded, after: .seconds(seconds)) == line)
  }
}
