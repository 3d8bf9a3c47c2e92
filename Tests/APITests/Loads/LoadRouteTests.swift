import AWS
import FeatureRigs
import JSON
import LambdaRuntime
import Postgres
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Routes of loads` {
  static let ledger = ["read", "inserted", "updated", "unchanged", "superseded", "rejected"]

  @Test func `loads are listed, the newest first, a page at a time`() throws {
    var rig = try LoadRig()
    for number in 1...5 { _ = try rig.loader.load("\(number),A\n", as: "jobs.csv") }
    _ = try rig.loader.load("1,Sales\nx,Y\n", as: "uploads/departments/d 1.csv")
    _ = try rig.loader.load("1,2\n", as: "jobs/nothing.csv")
    let all = try rig.get("/loads")
    #expect(all.status == 200, "\(all.text)")
    let ids = all.json.elements.compactMap { $0["id"]?.int }
    #expect(ids.count == 7 && ids == ids.sorted(by: >))
    let failed = try #require(all.json[0])
    #expect(failed["status"]?.string == "failed" && failed["code"]?.string == "no-dataset")
    let load = try #require(all.json[1])
    #expect(load["table"]?.string == "departments" && load["bytes"]?.int == 12)
    #expect(Self.ledger.map { load[$0]?.int } == [2, 1, 0, 0, 0, 1])
    #expect(load["rejects_key"]?.string == "rejected/uploads/departments/d 1.csv")
    #expect(load["finished_at"]?.string?.contains("T") == true)
    // By pages, with the link that each one has.
    var query: String? = "limit=3&status=loaded"
    var seen: [Int] = []
    while let asked = query {
      let page = try rig.get("/loads", asked)
      seen += page.json.elements.compactMap { $0["id"]?.int }
      query = page.headers["link"]?.string.flatMap { link in
        link.firstMatch(of: /<\/loads\?([^>]*)>; rel="next"/).map { String($0.output.1) }
      }
    }
    #expect(seen == Array(ids.dropFirst()))
    let byKey = try rig.get("/loads", "key=uploads%2Fdepartments%2Fd%201.csv&table=departments")
    #expect(byKey.json.elements.count == 1 && byKey.json[0]?["id"] == load["id"])
    #expect(try rig.get("/loads", "table=nobody").text == "[]")
    #expect(try rig.get("/loads", "status=odd").status == 400)
    #expect(try rig.get("/loads", "cursor=AAAA").code == "bad-cursor")
    let one = try rig.get("/loads/\(load["id"]?.int ?? 0)")
    #expect(one.json == load)
    #expect(try rig.get("/loads/999999").code == "not-found")
    #expect(try rig.get("/loads/x").status == 404)
    #expect(try rig.get("/loads/0").status == 404)
  }

  @Test func `rejects are listed in the order of the file, each as it stood`() throws {
    var rig = try LoadRig()
    let bad = (1...30).map { "x\($0),\"=1,\u{e9}\"\n" }.joined()
    let report = try rig.loader.load("1,A\n\(bad)", as: "jobs.csv")
    let other = try rig.loader.load("y,B\n2,C\n", as: "uploads/jobs/other.csv")
    let page = try rig.get("/loads/\(report["id"])/rejects", "limit=20")
    #expect(page.status == 200, "\(page.text)")
    let records = page.json.elements
    #expect(records.map { $0["record"]?.int } == (2...21).map { $0 })
    #expect(records[0]["line"]?.int == 2 && records[0]["byte_offset"]?.int == 4)
    #expect(records[0]["column_name"]?.string == "id")
    #expect(records[0]["raw"]?.string == "x1,\"=1,\u{e9}\"")
    let link = try #require(page.headers["link"]?.string)
    let next = try #require(link.firstMatch(of: /\?([^>]*)>/).map { String($0.output.1) })
    let rest = try rig.get("/loads/\(report["id"])/rejects", next)
    #expect(rest.json.elements.map { $0["record"]?.int } == (22...31).map { $0 })
    #expect(rest.headers["link"] == nil)
    // A cursor is that of its load.
    #expect(try rig.get("/loads/\(other["id"])/rejects", next).code == "bad-cursor")
    #expect(try rig.get("/loads/999999/rejects").code == "not-found")
    let none = try rig.loader.load("3,C\n", as: "uploads/jobs/good.csv")
    #expect(try rig.get("/loads/\(none["id"])/rejects").text == "[]")
  }

  @Test func `a load that runs is listed with its progress until it is over`() throws {
    var rig = try LoadRig()
    _ = try rig.loader.load("1,A\n", as: "jobs.csv")
    #expect(try rig.get("/loads/running").text == "[]")
    var other = try PostgresConnection(PostgresSettings(url: rig.loader.database.url))
    try other.execute("BEGIN; LOCK TABLE jobs IN SHARE MODE")
    // The load waits for the lock, after it has copied into staging.
    let key = "uploads/jobs/\(String(repeating: "long ", count: 20))jobs.csv"
    let eTag = try rig.loader.upload("1,B\n2,C\n", as: key)
    let event = try rig.loader.batch([rig.loader.notification(key, eTag: eTag)])
    let variables = rig.loader.variables
    try BlockingThread.start { _ = try? LoaderRig.status(event, variables) }
    var seen: JSONValue = .null
    #expect(
      try Patience.until {
        seen = try rig.get("/loads/running").json
        return !seen.elements.isEmpty
      })
    #expect(seen[0]?["table"]?.string == "jobs")
    let shown = try #require(seen[0]?["key"]?.string)
    #expect(shown.hasPrefix("...") && shown.hasSuffix("long jobs.csv"), "\(shown)")
    #expect(seen[0]?["started_at"]?.string?.contains("T") == true)
    try other.execute("COMMIT")
    #expect(try Patience.until { try rig.get("/loads", "limit=1").json[0]?["read"]?.int == 2 })
    #expect(try rig.get("/loads/running").text == "[]")
  }

  @Test func `rows and bytes are those of the COPY that runs`() throws {
    var rig = try LoadRig()
    _ = try rig.loader.load("1,A\n", as: "jobs.csv")
    var session = try PostgresConnection(PostgresSettings(url: rig.loader.database.url))
    try session.execute("SET application_name = 'sluice load jobs uploads/jobs.csv'")
    _ = try session.copyIn("COPY jobs FROM STDIN") { writer in
      try writer.write("2\tB\n3\tC\n")
      var seen: JSONValue = .null
      #expect(
        try Patience.until {
          seen = try rig.get("/loads/running").json
          return seen[0]?["rows"]?.int == 2
        }, "\(seen)")
      #expect(seen[0]?["key"]?.string == "uploads/jobs.csv" && seen[0]?["bytes"]?.int == 8)
      #expect(seen[1] == nil)
    }
  }

  @Test func `who may not look at the loader's session sees its name alone`() throws {
    var rig = try LoadRig()
    #expect(try rig.get("/loads/running").text == "[]")
    let role = "watcher_\(rig.loader.database.name)"
    try rig.loader.database.execute(
      """
      CREATE ROLE \(role) LOGIN; GRANT ALL ON SCHEMA sluice TO \(role);
      GRANT ALL ON ALL TABLES IN SCHEMA sluice, public TO \(role)
      """)
    var session = try PostgresConnection(PostgresSettings(url: rig.loader.database.url))
    try session.execute("SET application_name = 'sluice load jobs uploads/jobs.csv'; BEGIN")
    var variables = ["API_ACCESS": "open-reads"]
    variables["DATABASE_URL"] = rig.loader.database.url.replacing(
      "user=postgres", with: "user=\(role)")
    var watcher = try LoadRig(variables)
    let seen = try watcher.get("/loads/running")
    #expect(seen.status == 200, "\(seen.text)")
    #expect(seen.json[0]?["key"]?.string == "uploads/jobs.csv")
    #expect(seen.json[0]?["rows"] == .null && seen.json[0]?["started_at"] == .null)
    try session.execute("ROLLBACK")
    try rig.loader.database.execute("DROP OWNED BY \(role); DROP ROLE \(role)")
  }

  @Test func `a replay brings a failed load's notification to the queue, as csv-load reads it`()
    throws
  {
    var rig = try LoadRig()
    let key = "uploads/departments/a b+c%é.csv"
    // Fails for good: nothing in it fits.
    _ = try rig.loader.upload("x,y,z\n", as: key)
    let failed = try rig.loader.report(rig.loader.notification(key, sequencer: "0A"))
    #expect(failed.status == "failed")
    try rig.loader.upload("1,Sales\n", as: key)
    let answer = try rig.post("/loads/\(failed["id"])/replay")
    #expect(answer.status == 202, "\(answer.text)")
    #expect(answer.json["key"]?.string == key && answer.json["id"]?.int == failed["id"])
    let follow = try #require(answer.json["loads"]?.string)
    let messages = try rig.sqs.receive(
      from: rig.queue, wait: .seconds(5), timeout: .seconds(10))
    #expect(messages.count == 1)
    let message = try #require(messages.first)
    let report = try rig.loader.report(message.body)
    #expect(report.status == "loaded", "\(report.value)")
    #expect(try rig.loader.report(message.body).status == "already-loaded")
    let parts = follow.split(separator: "?", maxSplits: 1).map { String($0) }
    let loads = try rig.get(parts[0], parts[1])
    #expect(loads.json.elements.map { $0["status"]?.string } == ["loaded", "failed"])
    // What is older than the table stays out of it.
    let later = try rig.loader.upload("1,Later\n", as: key)
    _ = try rig.loader.report(rig.loader.notification(key, eTag: later, sequencer: "0C"))
    #expect(try rig.loader.report(message.body).status == "already-loaded")
    #expect(try rig.loader.database.value("SELECT department FROM departments") == "Later")
  }

  @Test func `what cannot be replayed is told`() throws {
    var rig = try LoadRig()
    #expect(try rig.post("/loads/999999/replay").code == "not-found")
    _ = try rig.get("/loads")
    try rig.loader.database.execute(
      "INSERT INTO sluice.loads (id, bucket, key, status) VALUES (7, 'file', '/x.csv', 'loaded')")
    let local = try rig.post("/loads/7/replay")
    #expect(local.status == 409 && local.code == "conflict", "\(local.text)")
    var bare = try AccountRig()
    let answer = try bare.call("POST", "/loads/1/replay", authorizer: LoadRig.writer)
    #expect(answer.status == 409 && answer.code == "not-configured", "\(answer.text)")
    var away = try LoadRig(["AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9"])
    _ = try away.loader.load("1,A\n", as: "jobs.csv")
    let refused = try away.post("/loads/1/replay")
    #expect(refused.status == 502 && refused.code == "service-refused", "\(refused.text)")
  }
}
