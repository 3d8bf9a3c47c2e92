import Datasets
import FeatureRigs
import JSON
import LambdaRuntime
import Postgres
import TestSupport
import Testing

/// Names that come from outside and look like SQL.
@Suite(.enabled(if: ClusterRig.isAvailable, Comment(rawValue: ClusterRig.reason)))
struct `Names that look like SQL` {
  static let pieces = [
    "'", "\"", ";", "--", "/*", "*/", "$$", "$1", "\\", "\\'", "''", "%", "+", " ", "\n", "é",
    "jobs",
    "departments", "DROP TABLE jobs", "); DELETE FROM jobs", "' OR '1'='1", "pg_sleep(9)",
    "\u{2019}", "\u{0}", "E'\\x27'", "..", "(SELECT 1)",
  ]

  static func name(_ random: inout SeededRandom) -> String {
    (0..<Int.random(in: 1...5, using: &random)).map { _ in
      pieces.randomElement(using: &random) ?? ""
    }.joined()
  }

  /// What there is in the database, and how many shapes of statements it has seen.
  static func state(_ rig: borrowing ClusterRig) throws -> [String] {
    [
      try rig.value(
        "SELECT string_agg(relname, ',' ORDER BY oid) FROM pg_class "
          + "WHERE relnamespace IN ('public'::regnamespace, 'sluice'::regnamespace)"),
      try rig.value("SELECT string_agg(id || job, ',') FROM jobs"),
      try rig.value("SELECT count(*) FROM departments"),
    ]
  }

  static func shapes(_ rig: borrowing ClusterRig) throws -> [String] {
    var connection = try PostgresConnection(PostgresSettings(url: ClusterRig.url(rig.cluster)))
    return try connection.rows(
      """
      SELECT DISTINCT query FROM pg_stat_statements WHERE query NOT LIKE '%pg_class%' AND query NOT LIKE '%pg_stat_statements%'
      ORDER BY 1
      """
    ) { row in
      try row.text()
    }
  }

  /// Everything that a name can do: be a key, a header, a value and a parameter.
  static func use(_ name: String, number: Int, _ rig: inout ClusterRig) throws {
    let key = "\(number)" + name.replacing("\0", with: "_") + ".csv"
    let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
    // Of no dataset; of one, with a header of odd names; with a value that is refused.
    _ = try rig.loader.deliver("1,Cook\n", as: "x/\(key)")
    _ = try rig.loader.deliver("\(quoted),job\n1,Cook\n", as: "uploads/jobs/\(key)")
    _ = try rig.loader.deliver("id,job,\(quoted)\n1,Cook,\n", as: "uploads/jobs/1\(key)")
    let rejected = try rig.loader.deliver(
      "1,Cook\n\(quoted),Baker\n", as: "uploads/jobs/2\(key)")
    #expect(
      rejected.report.status == "loaded" && rejected.report["rejected"] == 1,
      "\(name): \(rejected.log)")
    let parameter = name.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    for query in ["table_name=\(parameter)", "table_name=jobs&num_records=\(parameter)"] {
      let answer = try APIRig.call(
        "/read/first-chunk", query: query, variables: rig.loader.variables)
      let isKnown = query == "table_name=\(parameter)" && ["jobs", "departments"].contains(name)
      #expect(
        isKnown ? answer.status == 200 : [400, 404].contains(answer.status),
        "\(name): \(answer.body)")
    }
    let answer = try APIRig.call(
      "/metrics/hires", query: "year=\(parameter)", variables: rig.loader.variables)
    #expect(answer.status == 400, "\(name): \(answer.body)")
  }

  @Test func `fault 41: no name becomes part of a statement`() throws {
    var rig = try ClusterRig(
      ScratchCluster(
        "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_utility = off"))
    try rig.execute("CREATE EXTENSION pg_stat_statements")
    // Every statement there is, before the names begin.
    _ = try rig.loader.load("1,Cook\n", as: "uploads/jobs/j.csv")
    _ = try rig.loader.load("1,Smith\n1,Cook\n", as: "uploads/jobs/j.csv")
    for (number, name) in ["name", "jobs", "departments"].enumerated() {
      try Self.use(name, number: number, &rig)
    }
    let state = try Self.state(rig)
    let shapes = try Self.shapes(rig)
    #expect(shapes.count > 10)
    var random = SeededRandom(seed: 41)
    for number in 10..<40 { try Self.use(Self.name(&random), number: number, &rig) }
    #expect(try Self.state(rig) == state)
    let later = try Self.shapes(rig)
    #expect(Set(later).subtracting(shapes) == [], "statements that are new")
  }

  @Test func `fault 41: a dataset's names are refused unless they are plain`() throws {
    var random = SeededRandom(seed: 42)
    for _ in 0..<200 {
      let name = Self.name(&random) + ";'"
      let text = String(decoding: try JSON.encode(name), as: UTF8.self)
      for place in ["resource", "field", "table"] {
        let resource = place == "resource" ? text : "\"a\""
        let field = place == "field" ? text : "\"id\""
        let table = place == "table" ? text : "\"t\""
        let json = """
          {"name": "p", "resources": [{"name": \(resource), "path": "a.csv", "schema": {"fields":
            [{"name": \(field), "type": "integer"}], "primaryKey": \(field)},
            "sluice": {"table": \(table)}}]}
          """
        #expect(throws: DataPackageFault.self, "\(place) \(name)") {
          try DataPackage(json: Array(json.utf8))
        }
      }
    }
  }
}
