import FeatureRigs
import Glibc
import JSON
import LambdaRuntime
import Postgres
import TestSupport
import Testing

/// `api` as the process that Lambda runs, with more rows than it has memory for.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `The process of api` {
  private static let mostKilobytes = 64 << 10
  private static let rows = 110_000

  /// A database whose table of jobs has 25 MB of text that hardly compresses.
  private static func rig() throws -> LoaderRig {
    let rig = try APIRig.loader()
    _ = try APIRig.call("/tables", variables: rig.variables)
    try rig.database.execute(
      """
      INSERT INTO jobs SELECT n, (SELECT string_agg(md5((n * 6 + i)::text), '')
        FROM generate_series(0, 5) i) FROM generate_series(1, \(rows)) n
      """)
    return rig
  }

  private static func process(
    _ rig: borrowing LoaderRig, _ stub: RuntimeAPIStub
  ) throws -> ChildProcess {
    var variables = AWSServer.variables
    for name in ["DATABASE_URL", "SLUICE_DATAPACKAGE"] { variables[name] = rig.variables[name] }
    variables["SLUICE_BUCKETS"] = rig.bucket
    variables["API_ACCESS"] = "open-reads"
    variables["API_FUNCTION_URL"] = "stream"
    variables["_HANDLER"] = "api"
    variables["AWS_LAMBDA_RUNTIME_API"] = stub.address
    let deployed = unsafe getenv("TEST_BOOTSTRAP").map { unsafe String(cString: $0) }
    return try ChildProcess(deployed ?? ProgramFile.path("bootstrap"), variables: variables)
  }

  private static func invocation(
    _ id: String, _ method: String, _ path: String, host: String = "x.lambda-url.aws.test"
  ) -> RuntimeAPIReply {
    let event = """
      {"version":"2.0","rawPath":"\(path)","rawQueryString":"","headers":{"accept":
      "application/x-ndjson, */*;q=0.5"},"requestContext":{"http":{"method":"\(method)",
      "path":"\(path)"},"stage":"$default","requestId":"r","domainName":"\(host)",
      "authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["admin"]}}},"isBase64Encoded":false}
      """
    let deadline = Int(time(nil)) * 1000 + 120_000
    return .invocation(id, event: event, headers: ["Lambda-Runtime-Deadline-Ms": "\(deadline)"])
  }

  @Test func `fault 12: an export streams in constant memory and ends with its caller`() throws {
    let rig = try Self.rig()
    let stub = try RuntimeAPIStub(
      next: [
        Self.invocation("whole", "GET", "/tables/jobs/export"),
        Self.invocation("cut", "GET", "/tables/jobs/export"),
        Self.invocation("after", "GET", "/health"), .hold,
      ], posts: [.status(202), .closeAfter(1 << 20)])
    let process = try Self.process(rig, stub)
    #expect(Patience.until { stub.posts.count == 3 }, "\(process.output)")
    let posts = stub.posts
    let whole = try #require(posts.first)
    let expected = Array(
      try rig.database.value(
        "SELECT string_agg(row_to_json(j)::text, E'\\n' ORDER BY id) || E'\\n' FROM jobs j"
      ).utf8)
    #expect(expected.count > 20 << 20 && whole.isComplete)
    // Before the body stand its status and headers, and eight NULs.
    let start = whole.body.count - expected.count
    try #require(start > 8)
    #expect(whole.body[(start - 8)..<start].allSatisfy { $0 == 0 })
    #expect(Array(whole.body[start...]) == expected)
    #expect(posts.last?.path.contains("after") == true)
    #expect(posts.last?.text.hasSuffix(#""database" : "ok"}"#) == true, "\(posts.last?.text ?? "")")
    let busy = """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
      """
    #expect(Patience.until { (try? rig.database.value(busy)) == "0" })
    let peak = try #require(ProcessTable.peakMemoryKilobytes(of: process.pid))
    #expect(peak < Self.mostKilobytes, "\(peak) KB")
    stub.stop()
  }

  @Test func `a backup of several parts and its restore take constant memory`() throws {
    let rig = try Self.rig()
    let digest = "SELECT md5(string_agg(md5(j::text), '' ORDER BY id)) FROM jobs j"
    let before = try rig.database.value(digest)
    let spoilt = """
      DELETE FROM jobs WHERE id % 2 = 0; UPDATE jobs SET job = 'x' WHERE id % 5 = 0;
      INSERT INTO jobs VALUES (0, 'new')
      """
    let url = rig.database.url
    let stub = try RuntimeAPIStub(next: [
      Self.invocation("back", "POST", "/tables/jobs/backup", host: "x.execute-api.aws.test"),
      .when(
        { _ in
          guard var connection = try? PostgresConnection(PostgresSettings(url: url)) else {
            return false
          }
          return (try? connection.execute(spoilt)) != nil
        }, Self.invocation("rest", "POST", "/tables/jobs/restore", host: "x.execute-api.aws.test")),
      .hold,
    ])
    let process = try Self.process(rig, stub)
    #expect(Patience.until { stub.posts.count == 2 }, "\(process.output)")
    let answers = try stub.posts.map { post in
      let envelope = try JSON.decode(JSONValue.self, from: post.body)
      return try JSON.decode(JSONValue.self, from: Array((envelope["body"]?.string ?? "").utf8))
    }
    try #require(answers.count == 2)
    #expect(answers[0]["rows"]?.int == Self.rows, "\(answers)")
    #expect((answers[0]["bytes"]?.int ?? 0) > 10 << 20, "\(answers)")
    #expect(answers[1]["deleted"]?.int == 11_001, "\(answers)")
    #expect(answers[1]["inserted"]?.int == 66_000, "\(answers)")
    #expect(try rig.database.value(digest) == before)
    let peak = try #require(ProcessTable.peakMemoryKilobytes(of: process.pid))
    #expect(peak < Self.mostKilobytes, "\(peak) KB")
    stub.stop()
  }
}
