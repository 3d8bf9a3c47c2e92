import FeatureRigs
import JSON
import LambdaRuntime
import Postgres
import TestSupport
import Testing

/// Texts that look like SQL, through every parameter of the API.
@Suite(.enabled(if: ClusterRig.isAvailable, Comment(rawValue: ClusterRig.reason)))
struct `Parameters that look like SQL` {
  private static let writer =
    #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["admin"]}}"#

  private static func encoded(_ text: String) -> String {
    text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Sends one text as everything it can be, and gives the statuses.
  private static func use(_ text: String, _ variables: EnvironmentVariables) throws -> [Int] {
    let value = encoded(text)
    let quoted = encoded(
      "\"" + text.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\"")
    let queries = [
      ("/tables/jobs/rows", "job=eq.\(quoted)"), ("/tables/jobs/rows", "job=like.\(quoted)"),
      ("/tables/jobs/rows", "job=in.(\(quoted))"), ("/tables/jobs/rows", "id=eq.\(value)"),
      ("/tables/jobs/rows", "or=(job.eq.\(quoted),id.lt.5)"),
      ("/tables/jobs/rows", "\(value)=eq.1"), ("/tables/jobs/rows", "select=\(value)"),
      ("/tables/jobs/rows", "order=\(value)"), ("/tables/jobs/rows", "cursor=\(value)"),
      ("/tables/jobs/rows", "limit=\(value)"), ("/tables/jobs/rows", "count=\(value)"),
      ("/postings", "text=\(value)"), ("/postings", "location=\(value)"),
      ("/postings", "location=\(value)&radius=5"), ("/postings", "grade=\(value)"),
      ("/loads", "key=\(value)"), ("/loads", "table=\(value)"), ("/loads", "status=\(value)"),
      ("/metrics/hires", "year=\(value)"), ("/read/first-chunk", "table_name=\(value)"),
    ]
    var statuses = try queries.map { path, query in
      try APIRig.call(path, query: query, variables: variables, authorizer: writer).status
    }
    let path = encoded(text)
    for place in ["/tables/\(path)/rows", "/postings/\(path)", "/loads/\(path)/rejects"] {
      statuses.append(try APIRig.call(place, variables: variables, authorizer: writer).status)
    }
    let string = String(decoding: try JSON.encode(text), as: UTF8.self)
    for body in [
      #"{"id":1,"job":\#(string)}"#, #"{"id":1,\#(string):"x"}"#, #"{"id":\#(string),"job":"x"}"#,
    ] {
      statuses.append(
        try `Rows inserted over HTTP`.post(body, to: "/tables/jobs/rows", variables).status)
    }
    for body in [
      #"{"name":\#(string),"password":"correct horse battery"}"#,
      #"{"name":"ada","password":\#(string)}"#,
    ] {
      statuses.append(
        try `Rows inserted over HTTP`.post(body, to: "/login", variables, authorizer: "").status)
    }
    return statuses
  }

  @Test func `fault 41: no parameter becomes part of a statement`() throws {
    var rig = try ClusterRig(
      ScratchCluster(
        "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_utility = off"))
    try rig.execute("CREATE EXTENSION pg_stat_statements")
    _ = try rig.loader.load("1,Cook\n2,Baker\n", as: "uploads/jobs/j.csv")
    // Every shape there is: ordinary texts, those that are numbers, names and words of the API.
    for text in [
      "name", "1", "id", "jobs", "job", "loaded", "exact", "estimated", "2021", "two words",
    ] {
      _ = try Self.use(text, rig.loader.variables)
    }
    // One name after the other until there are too many attempts, which has a shape of its own.
    for number in 0..<40 {
      _ = try `Rows inserted over HTTP`.post(
        #"{"name":"name\#(number)","password":"correct horse battery"}"#, to: "/login",
        rig.loader.variables, authorizer: "")
    }
    let state = try `Names that look like SQL`.state(rig)
    let shapes = try `Names that look like SQL`.shapes(rig)
    #expect(shapes.count > 20)
    var random = SeededRandom(seed: 410)
    for _ in 0..<25 {
      let text = `Names that look like SQL`.name(&random)
      let statuses = try Self.use(text, rig.loader.variables)
      #expect(
        statuses.allSatisfy { [200, 400, 401, 404, 409, 422, 429].contains($0) },
        "\(text): \(statuses)")
    }
    let later = try `Names that look like SQL`.shapes(rig)
    #expect(Set(later).subtracting(shapes) == [], "statements that are new")
    #expect(try `Names that look like SQL`.state(rig) == state)
  }
}
