import FeatureRigs
import JSON
import LambdaRuntime
import TestSupport
import Testing

@testable import Datasets

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Rows inserted over HTTP` {
  static let writer = #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["write"]}}"#

  static func post(
    _ body: String, to path: String, _ variables: EnvironmentVariables,
    type: String = "application/json", authorizer: String = writer
  ) throws -> (status: Int, headers: JSONValue, body: String) {
    let text = String(decoding: try JSON.encode(body), as: UTF8.self)
    return try APIRig.send(
      """
      {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":"",
      "headers":{"content-type":"\(type)"},"body":\(text),"requestContext":{"http":{"method":"POST",
      "path":"\(path)"},"stage":"$default","requestId":"r"\(authorizer)},"isBase64Encoded":false}
      """, variables: variables)
  }

  @Test func `rows come back as they are in the table, in the order they were sent`() throws {
    let rig = try LoaderRig()
    let many = try Self.post(
      #"[{"id":2,"department":"Sales"},{"department":"R, \"D\"\n","id":1.0}]"#,
      to: "/tables/departments/rows", rig.variables)
    #expect(many.status == 201, "\(many.body)")
    #expect(many.body == #"[{"id":2,"department":"Sales"}, {"id":1,"department":"R, \"D\"\n"}]"#)
    let one = try Self.post(
      #"{"fullname":"Ada King","age":36,"location":"London"}"#, to: "/tables/people/rows",
      rig.variables)
    #expect(one.status == 201 && one.body.contains(#""first_name":"Ada""#), "\(one.body)")
    let hire = try Self.post(
      #"{"id":9,"name":"A","datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":2}"#,
      to: "/hiredemployees", rig.variables)
    #expect(hire.status == 201, "\(hire.body)")
    #expect(try Self.post(#"{"id":1,"job":"Cook"}"#, to: "/jobs", rig.variables).status == 201)
    #expect(
      try rig.database.value(
        "SELECT count(*) FROM sluice.loads WHERE bucket = 'api' AND read = inserted") == "4")
  }

  @Test func `every fault is listed with its row and field, and nothing is inserted`() throws {
    let rig = try LoaderRig()
    let answer = try Self.post(
      """
      [{"id":1,"name":"A","datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":2},
      {"id":0,"name":null,"datetime":"yesterday","department_id":1.5},
      {"id":3,"name":"C","datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":2,"x":1},
      7, {"id":4,"id":5,"name":"D","datetime":"2021-07-27T16:02:08Z","department_id":1,"job_id":2}]
      """, to: "/tables/hired_employees/rows", rig.variables)
    #expect(answer.status == 422, "\(answer.body)")
    let problem = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
    guard case .array(let errors)? = problem["errors"] else {
      throw RowsRig.Refused(text: answer.body)
    }
    let found = errors.map { error -> String in
      guard case .integer(let row)? = error["row"] else { return "" }
      return "\(row) \(error["field"]?.string ?? "-") \(error["code"]?.string ?? "")"
    }
    #expect(
      found == [
        "1 id minimum", "1 name missing", "1 datetime type", "1 department_id type",
        "1 job_id missing", "2 x unknown-field", "3 - type", "4 id repeated-field",
      ])
    #expect(try rig.database.value("SELECT count(*) FROM hired_employees") == "0")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.loads") == "0")
    #expect(!answer.body.contains("yesterday"))
  }

  @Test func `a key that is taken, or comes twice, is a conflict that undoes all`() throws {
    let rig = try LoaderRig()
    #expect(try Self.post(#"{"id":1,"job":"Cook"}"#, to: "/jobs", rig.variables).status == 201)
    for rows in [
      #"[{"id":2,"job":"A"},{"id":1,"job":"B"}]"#, #"[{"id":2,"job":"A"},{"id":2,"job":"B"}]"#,
    ] {
      let answer = try Self.post(rows, to: "/jobs", rig.variables)
      #expect(answer.status == 409 && answer.body.contains("duplicate-key"), "\(answer.body)")
    }
    #expect(try rig.database.value("SELECT string_agg(job, ',') FROM jobs") == "Cook")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.rejects") == "0")
  }

  @Test(arguments: [
    ("", 400), ("[]", 400), ("{", 400), ("7", 422), ("[{\"id\":1,\"job\":\"A\"}] x", 400),
    (#"{"id":1,"job":"\u0000"}"#, 422), (#"{"id":1.5,"job":"A"}"#, 422),
    (#"{"id":1e0,"job":"A"}"#, 201), (#"{"id":"1","job":"A"}"#, 422),
    (#"{"id":2147483648,"job":"A"}"#, 422), (#"{"id":1,"job":""}"#, 422),
    (#"{"id":1,"job":{"a":1}}"#, 422), (#"{"id":1,"job":7}"#, 422),
  ])
  func `bodies are judged before anything is written`(_ body: String, _ status: Int) throws {
    let rig = try LoaderRig()
    let answer = try Self.post(body, to: "/tables/jobs/rows", rig.variables)
    #expect(answer.status == status, "\(answer.body)")
  }

  @Test func `a thousand rows are taken and one more is not`() throws {
    let rig = try LoaderRig()
    func rows(_ count: Int) -> String {
      "[" + (1...count).map { #"{"id":\#($0),"job":"J\#($0)"}"# }.joined(separator: ",") + "]"
    }
    #expect(try Self.post(rows(1001), to: "/jobs", rig.variables).status == 400)
    #expect(try Self.post(rows(1000), to: "/jobs", rig.variables).status == 201)
    #expect(try rig.database.value("SELECT count(*) FROM jobs") == "1000")
  }

  @Test func `only JSON is taken, of those who may write, for tables that are declared`() throws {
    let rig = try LoaderRig()
    let row = #"{"id":1,"job":"A"}"#
    #expect(try Self.post(row, to: "/jobs", rig.variables, type: "text/csv").status == 415)
    #expect(try Self.post(row, to: "/tables/nix/rows", rig.variables).status == 404)
    #expect(try Self.post(row, to: "/jobs", rig.variables, authorizer: "").status == 401)
    let reader = #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["read"]}}"#
    #expect(try Self.post(row, to: "/jobs", rig.variables, authorizer: reader).status == 403)
  }

  @Test func `numbers keep every digit`() throws {
    let rig = try RowsRig(rows: 1)
    let answer = try Self.post(
      #"{"id":7,"score":12345678901234567890.12345678901234567890,"more":{"a":[1.50]},"ok":false}"#,
      to: "/tables/things/rows", rig.rig.variables)
    #expect(answer.status == 201, "\(answer.body)")
    #expect(answer.body.contains("12345678901234567890.12345678901234567890"))
    #expect(
      try rig.rig.database.value("SELECT more::text FROM things WHERE id = 7") == #"{"a": [1.50]}"#)
  }

  @Test
  func `what a file waited with, and is refused when rows come, gets into its file of rejects`()
    throws
  {
    let package = try PackageFile(
      """
      {"name":"p","resources":[{"name":"events","schema":{"fields":[
        {"name":"id","type":"integer","constraints":{"required":true}}],"primaryKey":"id"}},
      {"name":"notes","schema":{"fields":[
        {"name":"nr","type":"integer","constraints":{"required":true}},
        {"name":"event","type":"integer"}],"primaryKey":"nr",
        "foreignKeys":[{"fields":"event","reference":{"resource":"events","fields":"id"}}]},
        "sluice":{"mode":"append"}}]}
      """)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    #expect(try rig.load("nr,event\n1,7\n", as: "1/notes.csv")["pending"] == 1)
    #expect(try rig.load("nr,event\n1,7\n2,7\n", as: "2/notes.csv")["pending"] == 2)
    let answer = try Self.post(#"{"id":7}"#, to: "/tables/events/rows", rig.variables)
    #expect(answer.status == 201 && answer.body == #"[{"id":7}]"#, "\(answer.body)")
    let file = try #require(try rig.object("rejected/2/notes.csv"))
    #expect(file.hasSuffix(",1,7\n") && file.contains(RejectCode.duplicateKey.rawValue), "\(file)")
    #expect(
      try rig.database.rows("SELECT rejected, rejects_key FROM sluice.loads ORDER BY id")
        == [["0", ""], ["1", "rejected/2/notes.csv"], ["0", ""]])
  }
}
