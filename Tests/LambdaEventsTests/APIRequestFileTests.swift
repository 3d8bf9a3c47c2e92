import JSON
import LambdaEvents
import TestSupport
import Testing

/// What a sample request must give; parts that most of them share stand as defaults.
struct ExpectedRequest: Sendable {
  var shape: APIRequest.Shape
  var method = "GET"
  var path = "/read/first-chunk"
  var stagePrefix = ""
  var query: [[String]] = [["table_name", "people"], ["num_records", "10"]]
  var headers: [[String]] = []
  var session: String?
  var body = ""
  var isAuthorized = false
  var scopes: [String] = []
}

let requestFiles: [(file: String, expected: ExpectedRequest)] = [
  ("api.http-v2", ExpectedRequest(shape: .v2, headers: [["Accept", "application/json"]])),
  (
    "api.http-v2-metrics",
    ExpectedRequest(shape: .v2, path: "/metrics/hires", query: [["year", "2021"]])
  ),
  (
    "api.http-v2-stage-jwt",
    ExpectedRequest(
      shape: .v2, path: "/tables/hired employees/rows", stagePrefix: "/dev",
      query: [
        ["select", "id"], ["select", "name"], ["name", "like.Marcelo + González"], ["flag", ""],
      ],
      session: "abc=def", isAuthorized: true, scopes: ["read", "write"])
  ),
  (
    "api.http-v2-base64",
    ExpectedRequest(
      shape: .v2, method: "POST", path: "/uploads", query: [["name", "departments.csv"]],
      headers: [["CONTENT-TYPE", "text/csv"]], body: "1,Supply Chain\r\n2,Maintenance\r\n")
  ),
  ("api.http-v2-bad-percent", ExpectedRequest(shape: .v2, query: [])),
  (
    "api.http-v1",
    ExpectedRequest(
      shape: .v1, stagePrefix: "/prod", query: [["num_records", "10"], ["table_name", "people"]])
  ),
  (
    "api.rest-v1",
    ExpectedRequest(
      shape: .v1, path: "/tables/hired employees/rows", stagePrefix: "/prod",
      query: [
        ["limit", "10"], ["name", "like.Marcelo + González"], ["select", "id"], ["select", "name"],
      ],
      headers: [["x-tag", "one, two"], ["x-forwarded-for", "192.0.2.10, 198.51.100.7"]],
      session: "abc=def", isAuthorized: true, scopes: ["read", "write"])
  ),
  (
    "api.rest-v1-first-chunk",
    ExpectedRequest(
      shape: .v1, stagePrefix: "/prod", query: [["num_records", "10"], ["table_name", "people"]],
      session: "abc=def")
  ),
  (
    "api.rest-v1-nulls",
    ExpectedRequest(shape: .v1, path: "/health", stagePrefix: "/prod", query: [])
  ),
  (
    "api.function-url",
    ExpectedRequest(
      shape: .functionURL, method: "POST", path: "/departments", query: [],
      body: #"[{"id": 13, "department": "Investigación"}]"#)
  ),
  (
    "api.function-url-iam",
    ExpectedRequest(
      shape: .functionURL, path: "/tables/hired employees/rows", query: [["limit", "5"]],
      isAuthorized: true)
  ),
]

@Suite struct `Sample events of api` {
  @Test(arguments: requestFiles)
  func `fault 27: every front door gives one kind of request`(
    file: String, expected: ExpectedRequest
  ) throws {
    let request = try JSON.decode(APIRequest.self, from: EventFile.bytes(file))
    #expect(request.shape == expected.shape)
    #expect(request.method == expected.method)
    #expect(try request.path == expected.path)
    #expect(request.stagePrefix == expected.stagePrefix)
    #expect(request.requestID?.isEmpty == false)
    for field in expected.headers { #expect(request.headers[field[0]] == field[1]) }
    #expect(request.headers["x-absent"] == nil)
    #expect(request.cookie("session") == expected.session)
    #expect(request.cookie("theme") == (expected.session == nil ? nil : "dark"))
    #expect(String(decoding: try request.body, as: UTF8.self) == expected.body)
    #expect(request.isAuthorized == expected.isAuthorized)
    #expect(request.scopes == expected.scopes)
    guard file != "api.http-v2-bad-percent" else { return }
    #expect(try request.query.map { [$0.name, $0.value] } == expected.query)
  }

  @Test func `fault 27: a bad percent in the query is a fault to answer, not a failed decode`()
    throws
  {
    let request = try JSON.decode(
      APIRequest.self, from: EventFile.bytes("api.http-v2-bad-percent"))
    let fault = try #require(throws: RequestFault.self) { try request.query }
    #expect(fault.part == .query)
    #expect(
      fault.message
        == "The query string has a % without two hexadecimal digits at byte 31.")
  }
}
