import API
import FeatureRigs
import JSON
import LambdaEvents
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct API {
  @Test func `the first rows come in load order, of the table loaded last by default`() throws {
    var rig = try APIRig.loader()
    _ = try rig.load("fullname,age,location\nZoe Z,1,B\nAda A,2,C\nMia M,3,A\n", as: "people.csv")
    let all = try APIRig.call("/read/first-chunk", variables: rig.variables)
    #expect(all.status == 200)
    let rows = try JSON.decode(JSONValue.self, from: Array(all.body.utf8))
    #expect(rows[0]?["first_name"]?.string == "Zoe" && rows[2]?["first_name"]?.string == "Mia")
    #expect(rows[0]?["age"] == .integer(1))
    #expect(rows[3] == nil)
    let one = try APIRig.call(
      "/read/first-chunck", query: "table_name=people&num_records=1", variables: rig.variables)
    let first = try JSON.decode(JSONValue.self, from: Array(one.body.utf8))
    #expect(first[0]?["last_name"]?.string == "Z" && first[1] == nil)
  }

  @Test func `rows behind many emptied pages are found`() throws {
    var rig = try APIRig.loader()
    let rows = (1...30_000).map { "\($0),Name \($0)\n" }.joined()
    _ = try rig.load(rows, as: "jobs.csv")
    try rig.database.execute("DELETE FROM jobs WHERE id <= 29995")
    let answer = try APIRig.call(
      "/read/first-chunk", query: "table_name=jobs", variables: rig.variables)
    let list = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
    #expect(list[0]?["id"] == .integer(29_996) && list[4]?["id"] == .integer(30_000))
    #expect(list[5] == nil)
  }

  @Test func `a partitioned table is read like any other`() throws {
    let rig = try APIRig.loader()
    try rig.database.execute(
      """
      CREATE TABLE jobs (id integer NOT NULL PRIMARY KEY, job text NOT NULL) PARTITION BY RANGE (id);
      CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES FROM (1) TO (5001);
      CREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES FROM (5001) TO (10001);
      INSERT INTO jobs SELECT n, 'Job ' || n FROM generate_series(1, 10000) n;
      DELETE FROM jobs WHERE id % 2500 > 4
      """)
    for (asked, count) in [(1000, 20), (20, 20), (7, 7)] {
      let answer = try APIRig.call(
        "/read/first-chunk", query: "table_name=jobs&num_records=\(asked)",
        variables: rig.variables)
      let rows = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
      #expect(rows.elements.count == count, "\(answer.body)")
      #expect(Set(rows.elements.map { $0["id"]?.int }).count == count)
    }
  }

  @Test func `an answer that its escaping makes too large is a problem document`() throws {
    var rig = try APIRig.loader()
    let name = String(repeating: "\\", count: 1700)
    _ = try rig.load((1...1000).map { "\($0),\(name)\n" }.joined(), as: "jobs.csv")
    let answer = try APIRig.call(
      "/read/first-chunk", query: "table_name=jobs&num_records=1000", variables: rig.variables)
    #expect(answer.status == 413, "\(answer.body.utf8.count) bytes")
    #expect(answer.headers["vary"]?.string?.contains("authorization") == true)
    #expect(answer.headers["cache-control"]?.string == "private, no-cache")
    #expect(answer.headers["x-content-type-options"]?.string == "nosniff")
  }

  @Test func `what is prepared is answered too when a column has another type by now`() throws {
    var rig = try APIRig.loader()
    _ = try rig.load("1,Cook\n", as: "jobs.csv")
    var handler = try APIHandler(variables: rig.variables)
    let event = """
      {"version":"2.0","rawPath":"/tables/jobs/rows","rawQueryString":"",
      "headers":{"accept":"text/csv"},
      "requestContext":{"http":{"method":"GET"},"requestId":"r"}}
      """
    let request = try JSON.decode(APIRequest.self, from: Array(event.utf8))
    func body() throws -> String? {
      let context = InvocationContext(requestID: "r", deadline: .after(.seconds(20)))
      let answer = handler.answer(request, context: context)
      return try JSON.decode(JSONValue.self, from: answer)["body"]?.string
    }
    for _ in 1...4 { #expect(try body() == "id,job\r\n1,Cook\r\n") }
    try rig.database.execute("ALTER TABLE jobs ALTER job TYPE varchar(99)")
    for _ in 1...2 { #expect(try body() == "id,job\r\n1,Cook\r\n") }
  }

  @Test func `behind a pooler that changes servers nothing stays prepared and all is answered`()
    throws
  {
    let rig = try APIRig.loader()
    var handler = try APIHandler(variables: rig.variables)
    let event = """
      {"version":"2.0","rawPath":"/read/first-chunk","rawQueryString":"table_name=jobs",
      "requestContext":{"http":{"method":"GET"},"requestId":"r"}}
      """
    let request = try JSON.decode(APIRequest.self, from: Array(event.utf8))
    func status() throws -> JSONValue? {
      let context = InvocationContext(requestID: "r", deadline: .after(.seconds(20)))
      let answer = handler.answer(request, context: context)
      return try JSON.decode(JSONValue.self, from: answer)["statusCode"]
    }
    #expect(try status() == .integer(200))
    // Another server has none of what was prepared: here, from one call to the next.
    try rig.database.execute(
      """
      CREATE OR REPLACE FUNCTION sluice.caller(token bytea, needed text) RETURNS text
      LANGUAGE plpgsql AS $$ BEGIN DEALLOCATE ALL; RETURN NULL; END $$
      """)
    for _ in 1...6 { #expect(try status() == .integer(200)) }
  }

  @Test func `an empty table answers an empty list`() throws {
    let rig = try APIRig.loader()
    let answer = try APIRig.call(
      "/read/first-chunk", query: "table_name=jobs", variables: rig.variables)
    #expect(answer.status == 200 && answer.body == "[]")
  }

  @Test(arguments: [
    ("/read/first-chunk", "table_name=secrets", 404, "unknown-table"),
    ("/read/first-chunk", "", 404, "unknown-table"),
    ("/read/first-chunk", "num_records=0", 400, "bad-request"),
    ("/read/first-chunk", "num_records=1001", 400, "bad-request"),
    ("/read/first-chunk", "num_records=ten", 400, "bad-request"),
    ("/read/first-chunk", "num_record=5", 400, "bad-request"),
    ("/read/first-chunk", "table_name=jobs&table_name=people", 400, "bad-request"),
    ("/read/first-chunk", "table_name=%zz", 400, "bad-request"),
    ("/metrics/hires", "year=x", 400, "bad-request"),
    ("/metrics/hires", "year=10000", 400, "bad-request"),
    ("/nowhere", "", 404, "unknown-route"),
  ])
  func `a request that is not understood is a problem document`(
    _ path: String, _ query: String, _ status: Int, _ code: String
  ) throws {
    let rig = try APIRig.loader()
    let answer = try APIRig.call(path, query: query, variables: rig.variables)
    #expect(answer.status == status, "\(answer.body)")
    #expect(answer.headers["content-type"]?.string == "application/problem+json")
    let problem = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
    #expect(problem["code"]?.string == code)
    #expect(problem["requestId"]?.string == "r")
  }

  @Test func `other methods are refused with those allowed`() throws {
    let rig = try APIRig.loader()
    let answer = try APIRig.call("/health", method: "DELETE", variables: rig.variables)
    #expect(answer.status == 405 && answer.headers["allow"]?.string == "GET, HEAD, OPTIONS")
  }

  @Test func `a private API answers health to anyone and the rest to the authorized`() throws {
    let rig = try LoaderRig()
    #expect(try APIRig.call("/health", variables: rig.variables).status == 200)
    #expect(try APIRig.call("/metrics/hires", variables: rig.variables).status == 401)
    let authorized = try APIRig.call(
      "/metrics/hires", variables: rig.variables,
      authorizer: #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["read"]}}"#)
    #expect(authorized.status == 200 && authorized.body == "[]")
  }

  @Test func `a database that is away is a 503 and not a crash`() throws {
    let rig = try APIRig.loader(["DATABASE_URL": "postgresql:///none?host=/nonexistent&user=nobody"]
    )
    let answer = try APIRig.call("/health", variables: rig.variables)
    #expect(answer.status == 503 && answer.headers["retry-after"]?.string == "5", "\(answer)")
    #expect(!answer.body.contains("nonexistent"))
  }

  @Test func `fault 27: the three event shapes give the same answer`() throws {
    var rig = try APIRig.loader()
    _ = try rig.load("1,Sales\n", as: "departments.csv")
    let v1 = """
      {"resource":"/{proxy+}","path":"/read/first-chunk","httpMethod":"GET","headers":null,
      "multiValueHeaders":null,"queryStringParameters":{"table_name":"departments"},
      "multiValueQueryStringParameters":{"table_name":["departments"]},"pathParameters":null,
      "stageVariables":null,"requestContext":{"stage":"prod","path":"/prod/read/first-chunk",
      "requestId":"r","httpMethod":"GET"},"body":null,"isBase64Encoded":false}
      """
    let url = """
      {"version":"2.0","routeKey":"$default","rawPath":"/read/first-chunk",
      "rawQueryString":"table_name=departments","headers":{},"requestContext":{"http":
      {"method":"GET","path":"/read/first-chunk"},"domainName":"x.lambda-url.us-east-1.on.aws",
      "stage":"$default","requestId":"r"},"isBase64Encoded":false}
      """
    let expected = #"[{"id":1,"department":"Sales"}]"#
    #expect(try APIRig.send(v1, variables: rig.variables).body == expected)
    #expect(try APIRig.send(url, variables: rig.variables).body == expected)
    #expect(
      try APIRig.call(
        "/read/first-chunk", query: "table_name=departments", variables: rig.variables
      ).body == expected)
  }
}
