import FeatureRigs
import JSON
import LambdaRuntime
import TestSupport
import Testing

/// The paths that older systems have, as the README maps them.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Paths of older systems` {
  static let admin = #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["admin"]}}"#

  @Test func `reads answer`() throws {
    var rig = try LoaderRig([
      "API_ACCESS": "open-reads", "LAMBDA_TASK_ROOT": Checkout.template,
    ])
    _ = try rig.load("1,Sales\n", as: "departments.csv")
    _ = try rig.load("1,Cook\n", as: "jobs.csv")
    _ = try rig.load("1,Ada,2021-02-01T00:00:00Z,1,1\n", as: "hired_employees.csv")
    for (path, part) in [
      ("/read/first-chunk", "Ada"), ("/read/first-chunck", "Ada"),
      ("/qtrlyhired", #""q1":1"#), ("/metrics/hires", #""q1":1"#), ("/hired2021", "["),
      ("/metrics/departments", "["), ("/jobs", "[]"), ("/docs", "<html"), ("/swagger-ui", "<html"),
      ("/openapi.json", "3.1.0"),
    ] {
      let answer = try APIRig.call(path, variables: rig.variables)
      #expect(
        answer.status == 200 && answer.body.contains(part), "\(path): \(answer.body.prefix(200))")
    }
    #expect(
      try APIRig.call("/backups", variables: rig.variables, authorizer: Self.admin).status == 200)
  }

  @Test func `writes answer`() throws {
    var rig = try LoaderRig(["API_ACCESS": "open-reads", "API_REGISTRATION": "open"])
    _ = try rig.load("9,Cook\n", as: "jobs.csv")
    var values = [
      "SLUICE_BUCKETS": rig.bucket, "API_ACCESS": "open-reads", "API_REGISTRATION": "open",
      "DATABASE_URL": rig.database.url,
    ]
    values.merge(AWSServer.variables) { $1 }
    values["SLUICE_DATAPACKAGE"] = Checkout.dataPackage
    let variables = EnvironmentVariables(values)
    func post(_ path: String, _ body: String) throws -> (status: Int, body: String) {
      let answer = try `Rows inserted over HTTP`.post(
        body, to: path, variables, authorizer: Self.admin)
      return (answer.status, answer.body)
    }
    #expect(try post("/departments", #"{"id":1,"department":"Sales"}"#).status == 201)
    #expect(try post("/jobs", #"{"id":1,"job":"Cook"}"#).status == 201)
    let hire =
      #"{"id":1,"name":"Ada","datetime":"2021-02-01T00:00:00Z","department_id":1,"job_id":1}"#
    #expect(try post("/hiredemployees", hire).status == 201)
    let upload = try post("/upload", #"{"table":"jobs","name":"a.csv","bytes":9}"#)
    #expect(upload.status == 201, "\(upload.body)")
    let backup = try post("/tables/jobs/backup", "")
    #expect(backup.status == 201, "\(backup.body)")
    let restored = try post("/tables/jobs/restore", "{}")
    #expect(restored.status == 200, "\(restored.body)")
    let account = #"{"name":"ada","password":"correct horse battery"}"#
    #expect(try post("/register", account).status == 201)
    #expect(try post("/login", account).status == 200)
    // No session is the caller's, so there is none to end; and no key of USAJOBS is set here.
    #expect(try post("/logout", "").status != 404)
    #expect(try post("/etl", "{}").status == 502)
    let wiped = try APIRig.call(
      "/wipe", method: "DELETE", variables: variables, authorizer: Self.admin)
    #expect(wiped.status == 200 && wiped.body == #"{"deleted":0}"#, "\(wiped.body)")
  }
}
