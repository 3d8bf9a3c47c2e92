import FeatureRigs
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Hiring metrics` {
  /// Four departments of which one hired nobody; hires at both ends of the year in UTC.
  static func loaded() throws -> LoaderRig {
    var rig = try APIRig.loader()
    _ = try rig.load("1,beta\n2,Alpha\n3,Zeta\n4,Idle\n", as: "departments.csv")
    _ = try rig.load("1,Clerk\n2,analyst\n", as: "jobs.csv")
    let times = [
      (1, 1, "2021-01-01T00:00:00Z"), (1, 1, "2021-12-31T23:59:59Z"),
      (1, 2, "2020-12-31T23:59:59Z"), (1, 2, "2022-01-01T00:00:00Z"),
      (1, 1, "2021-04-01T01:00:00+02:00"), (2, 1, "2021-07-01T00:00:00Z"),
      (2, 2, "2021-09-30T23:59:59Z"), (3, 1, "2021-05-05T00:00:00Z"),
    ]
    let file = times.enumerated().map { index, hire in
      "\(index + 1),N,\(hire.2),\(hire.0),\(hire.1)\n"
    }.joined()
    _ = try rig.load(file, as: "hired_employees.csv")
    return rig
  }

  @Test func `hires are counted by quarter in UTC and ordered by code point`() throws {
    let rig = try Self.loaded()
    let answer = try APIRig.call(
      "/metrics/hires", query: "year=2021", accept: "text/csv", variables: rig.variables)
    #expect(
      answer.body.replacing("\r\n", with: "\n") == """
        department,job,q1,q2,q3,q4
        Alpha,Clerk,0,0,1,0
        Alpha,analyst,0,0,1,0
        Zeta,Clerk,0,1,0,0
        beta,Clerk,2,0,0,1

        """)
  }

  @Test func `a department without a hire counts in the mean`() throws {
    let rig = try Self.loaded()
    // 3 + 2 + 1 + 0 over four departments is 1.5; over the three that hired it would be 2.
    let answer = try APIRig.call("/metrics/departments", variables: rig.variables)
    let rows = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
    #expect(rows[0]?["department"]?.string == "beta" && rows[0]?["hired"] == .integer(3))
    #expect(rows[1]?["department"]?.string == "Alpha" && rows[2] == nil)
  }

  @Test func `another year has its own figures`() throws {
    let rig = try Self.loaded()
    let answer = try APIRig.call("/metrics/hires", query: "year=2022", variables: rig.variables)
    let rows = try JSON.decode(JSONValue.self, from: Array(answer.body.utf8))
    #expect(rows[0]?["job"]?.string == "analyst" && rows[0]?["q1"] == .integer(1))
    #expect(rows[1] == nil)
  }

  @Test func `without hires there is no row`() throws {
    let rig = try APIRig.loader()
    for path in ["/metrics/hires", "/metrics/departments"] {
      #expect(try APIRig.call(path, variables: rig.variables).body == "[]")
    }
  }
}
