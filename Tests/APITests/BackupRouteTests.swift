import API
import AWS
import FeatureRigs
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Backups over HTTP` {
  private static let admin =
    #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["admin"]}}"#

  private static func call(
    _ method: String, _ path: String, query: String = "", body: String? = nil,
    _ api: inout APIHandler
  ) throws -> AccountRig.Answer {
    let event = try AccountRig.event(
      method, path, query: query, body: body, authorizer: admin)
    return try AccountRig.send(event, to: &api)
  }

  @Test func `a table is backed up, listed, emptied and restored`() throws {
    var rig = try LoaderRig()
    var variables = AWSServer.variables
    for name in ["DATABASE_URL", "SLUICE_DATAPACKAGE"] { variables[name] = rig.variables[name] }
    variables["SLUICE_BUCKETS"] = rig.bucket
    var api = try APIHandler(variables: EnvironmentVariables(variables))
    #expect(try rig.load("1,Sales\n2,Support\n", as: "departments.csv").status == "loaded")
    let backup = try Self.call("POST", "/tables/departments/backup", &api)
    #expect(backup.status == 201, "\(backup.text)")
    #expect(backup.json["rows"]?.int == 2 && backup.json["table"]?.string == "departments")
    #expect(backup.json["bucket"]?.string == rig.bucket)
    let key = try #require(backup.json["key"]?.string)
    #expect(try rig.bytes(of: key).count == backup.json["bytes"]?.int)
    #expect(backup.json["created_at"]?.string?.contains("T") == true)
    try rig.database.execute("DELETE FROM departments")
    let id = try #require(backup.json["id"]?.int)
    let restored = try Self.call(
      "POST", "/tables/departments/restore", body: #"{"backup": \#(id)}"#, &api)
    #expect(restored.status == 200 && restored.json["inserted"]?.int == 2, "\(restored.text)")
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "2")
    #expect(try Self.call("POST", "/tables/departments/restore", &api).status == 200)
    let listed = try Self.call("GET", "/backups", query: "table=departments", &api)
    #expect(listed.json.elements.map { $0["id"]?.int } == [id], "\(listed.text)")
    #expect(listed.json[0]?["restored_at"]?.string != nil)
    #expect(listed.json[0]?["created_at"] == backup.json["created_at"])
    #expect(try Self.call("GET", "/backups", query: "table=jobs", &api).text == "[]")
  }

  @Test func `what cannot be done is a problem that says why`() throws {
    let rig = try LoaderRig()
    var variables = AWSServer.variables
    for name in ["DATABASE_URL", "SLUICE_DATAPACKAGE"] { variables[name] = rig.variables[name] }
    var api = try APIHandler(variables: EnvironmentVariables(variables))
    let cases: [(path: String, body: String?, status: Int, code: String)] = [
      ("/tables/departments/backup", nil, 409, "not-configured"),
      ("/tables/pg_class/backup", nil, 404, "unknown-table"),
      ("/tables/departments/restore", nil, 404, "not-found"),
      ("/tables/departments/restore", #"{"backup": 7}"#, 404, "not-found"),
      ("/tables/departments/restore", #"{"backup": "7"}"#, 400, "bad-request"),
      ("/tables/departments/restore", #"{"id": 7}"#, 400, "bad-request"),
    ]
    for (path, body, status, code) in cases {
      let answer = try Self.call("POST", path, body: body, &api)
      #expect(answer.status == status && answer.code == code, "\(path): \(answer.text)")
    }
    variables["BACKUP_RETENTION"] = "some"
    #expect(throws: SettingError.self) {
      _ = try APIHandler(variables: EnvironmentVariables(variables))
    }
  }

  @Test func `a fault of a backup has a code of its own`() throws {
    var rig = try LoaderRig()
    var variables = AWSServer.variables
    for name in ["DATABASE_URL", "SLUICE_DATAPACKAGE"] { variables[name] = rig.variables[name] }
    variables["SLUICE_BUCKETS"] = rig.bucket
    var api = try APIHandler(variables: EnvironmentVariables(variables))
    #expect(try rig.load("1,Sales\n", as: "departments.csv").status == "loaded")
    let backup = try Self.call("POST", "/tables/departments/backup", &api)
    let key = try #require(backup.json["key"]?.string)
    let whole = try rig.bytes(of: key)
    let path = "/tables/departments/restore"
    try rig.upload("no Avro", as: key)
    let damaged = try Self.call("POST", path, &api)
    #expect(damaged.status == 409 && damaged.code == "object-damaged", "\(damaged.text)")
    try rig.upload(whole, as: key)
    try rig.database.execute(
      "CREATE TABLE mine (d integer REFERENCES departments); INSERT INTO departments VALUES (2, 'B');"
        + "INSERT INTO mine VALUES (2)")
    let held = try Self.call("POST", path, &api)
    #expect(held.status == 409 && held.code == "still-referenced", "\(held.text)")
    #expect(held.json["detail"]?.string?.contains("mine_d_fkey") == true)
    try rig.database.execute("ALTER TABLE departments ADD COLUMN cost money")
    #expect(try Self.call("POST", "/tables/departments/backup", &api).code == "unsupported-column")
    try rig.database.execute("ALTER TABLE departments ALTER COLUMN cost TYPE text")
    let other = try Self.call("POST", path, &api)
    #expect(other.status == 422 && other.code == "schema-mismatch", "\(other.text)")
  }
}
