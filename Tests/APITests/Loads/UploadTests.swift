import API
import AWS
import FeatureRigs
import HTTP
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct Uploads {
  @Test func `a form brings a file to the bucket, where its dataset's files go`() throws {
    var rig = try LoadRig()
    let answer = try rig.post(
      "/uploads", body: #"{"table":"departments","name":"C:\\Users\\me\\My Depts.csv","bytes":8}"#)
    #expect(answer.status == 201, "\(answer.text)")
    #expect(answer.headers["cache-control"]?.string == "no-store")
    let key = try #require(answer.json["key"]?.string)
    #expect(
      key.wholeMatch(of: /uploads\/departments\/[0-9a-f]{12}-My-Depts\.csv/) != nil, "\(key)")
    #expect(answer.json["method"]?.string == "POST")
    #expect(answer.json["bucket"]?.string == rig.loader.bucket)
    #expect(
      answer.json["expires_at"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
    #expect(answer.json["loads"]?.string == "/loads?key=" + key.replacing("/", with: "%2F"))
    guard case .object(let fields)? = answer.json["fields"] else {
      Issue.record("no fields")
      return
    }
    var body = ""
    for (name, value) in fields {
      body += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
      body += "\(value.string ?? "")\r\n"
    }
    body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n"
    body += "1,Sales\n\r\n--b--\r\n"
    var http = try HTTPClient()
    let posted = try http.send(
      HTTPRequest(
        method: "POST", url: answer.json["url"]?.string ?? "",
        headers: ["Content-Type": "multipart/form-data; boundary=b"], body: Array(body.utf8)),
      timeout: .seconds(10))
    #expect((200...204).contains(posted.status))
    let report = try rig.loader.report(rig.loader.notification(key))
    #expect(report.status == "loaded" && report["inserted"] == 1, "\(report.value)")
    #expect(report.value["table"]?.string == "departments")
  }

  @Test func `a small file is posted as it is`() throws {
    var rig = try LoadRig()
    let answer = try rig.post(
      "/uploads/jobs", query: "name=jobs.csv", body: "1,Köchin\n",
      type: "text/csv; charset=utf-8")
    #expect(answer.status == 202, "\(answer.text)")
    let key = try #require(answer.json["key"]?.string)
    let report = try rig.loader.report(rig.loader.notification(key))
    #expect(report.status == "loaded" && report.value["table"]?.string == "jobs")
    #expect(try rig.loader.database.value("SELECT job FROM jobs") == "Köchin")
    let follow = try #require(answer.json["loads"]?.string).split(separator: "?")
    #expect(try rig.get(String(follow[0]), String(follow[1])).json.elements.count == 1)
    let large = String(repeating: "1,a\n", count: 1_250_001)
    let refused = try rig.post(
      "/uploads/jobs", query: "name=jobs.csv", body: large, type: "text/csv")
    #expect(refused.status == 413, "\(refused.text)")
  }

  static let names: [(name: String, end: String)] = [
    ("jobs.csv", "-jobs.csv"), ("../../etc/passwd", "-passwd"), ("..", "-upload.csv"),
    ("/", "-upload.csv"), ("a/../b.csv", "-b.csv"), ("...csv", "-csv"),
    ("r\u{e9}sum\u{e9} (final).csv.gz", "-r-sum-final-.csv.gz"), ("a..b.csv", "-a.b.csv"),
    ("x\u{0}y\n.csv", "-x-y-.csv"), ("%2e%2e%2f.csv", "-2e-2e-2f.csv"), ("-.csv", "-csv"),
    (String(repeating: "a", count: 200) + ".csv", "a.csv"), ("日本.csv", "-csv"),
  ]

  @Test func `names are cleaned, and no two uploads have one key`() throws {
    var rig = try LoadRig()
    var keys: Set<String> = []
    for (name, end) in Self.names + Self.names {
      let text = String(decoding: try JSON.encode(name), as: UTF8.self)
      let answer = try rig.post(
        "/uploads", body: #"{"table":"jobs","name":\#(text),"bytes":1}"#)
      #expect(answer.status == 201, "\(name): \(answer.text)")
      let key = try #require(answer.json["key"]?.string)
      #expect(key.hasPrefix("uploads/jobs/") && key.hasSuffix(end), "\(name): \(key)")
      #expect(key.wholeMatch(of: /uploads\/jobs\/[A-Za-z0-9._-]{1,120}/) != nil, "\(key)")
      #expect(!key.contains(".."))
      keys.insert(key)
    }
    #expect(keys.count == Self.names.count * 2)
  }

  @Test(arguments: [
    (#"{"table":"jobs","name":"a.csv"}"#, 400), (#"{"table":"jobs","bytes":1}"#, 400),
    (#"{"table":"jobs","name":"a.csv","bytes":0}"#, 400),
    (#"{"table":"jobs","name":"a.csv","bytes":5368709121}"#, 400),
    (#"{"table":"jobs","name":"a.csv","bytes":1.5}"#, 400),
    (#"{"table":"jobs","name":"a.csv","bytes":"1"}"#, 400),
    (#"{"table":"jobs","name":"","bytes":1}"#, 400),
    (#"{"table":"jobs","table":"people","name":"a.csv","bytes":1}"#, 400),
    (#"{"table":"jobs","name":"a.csv","bytes":1,"key":"x"}"#, 400),
    (#"{"table":"secrets","name":"a.csv","bytes":1}"#, 404), ("", 400), ("[]", 400),
  ])
  func `a body that asks for no upload is refused`(_ body: String, _ status: Int) throws {
    var rig = try LoadRig()
    let answer = try rig.post("/uploads", body: body)
    #expect(answer.status == status, "\(answer.text)")
  }

  @Test func `what is no upload is refused`() throws {
    var rig = try LoadRig()
    let query = "name=a.csv"
    #expect(try rig.post("/uploads/jobs", query: query, body: "", type: "text/csv").status == 400)
    #expect(try rig.post("/uploads/jobs", body: "1,a\n", type: "text/csv").status == 202)
    #expect(
      try rig.post("/uploads/jobs", query: query, body: "1,a\n", type: "application/pdf").status
        == 415)
    #expect(
      try rig.post(
        "/uploads/x", query: "name=a.csv", body: "1,a\n", type: "text/csv"
      ).code == "unknown-table")
    var bare = try LoadRig(["SLUICE_BUCKETS": "*"])
    let answer = try bare.post("/uploads", body: #"{"table":"jobs","name":"a.csv","bytes":1}"#)
    #expect(answer.status == 409 && answer.code == "not-configured", "\(answer.text)")
  }
}
