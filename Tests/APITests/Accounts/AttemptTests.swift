import API
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Attempts at passwords` {
  static let wrong = "incorrect horse battery"

  /// Moves the clock of all buckets on.
  static func pass(_ seconds: Int, _ database: ScratchDatabase) throws {
    try database.execute(
      "UPDATE sluice.attempts SET full_at = full_at - \(seconds) * interval '1 s'")
  }

  @Test func `a name has ten attempts at once and one a minute from then on`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    for number in 0..<10 {
      // From an address each, as a botnet does.
      #expect(try rig.login("ada", Self.wrong, from: "192.0.2.\(number)").status == 401)
    }
    let refused = try rig.login("ada", from: "192.0.2.99")
    #expect(refused.status == 429 && refused.code == "too-many-attempts", "\(refused.text)")
    #expect((1...60).contains(refused.retryAfter), "\(refused.retryAfter)")
    // Names that nobody has are limited alike.
    for number in 0..<10 {
      #expect(try rig.login("nobody", from: "192.0.3.\(number)").status == 401)
    }
    #expect(try rig.login("nobody", from: "192.0.3.99").status == 429)
    // Other names are not.
    #expect(try rig.login("bob", from: "192.0.2.99").status == 401)
    try Self.pass(refused.retryAfter, rig.database)
    #expect(try rig.login("ada", from: "192.0.2.99").status == 200)
  }

  @Test func `whoever tries a name from elsewhere does not lock its user out`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    #expect(try rig.login("ada", from: "198.51.100.7").status == 200)
    for number in 0..<12 {
      _ = try rig.login("ada", Self.wrong, from: "192.0.2.\(number)")
    }
    #expect(try rig.login("ada", from: "192.0.2.99").status == 429)
    #expect(try rig.login("ada", from: "198.51.100.7").status == 200)
    // The attempts of the user's own network end as well.
    for _ in 0..<10 {
      #expect(try rig.login("ada", Self.wrong, from: "198.51.100.7").status == 401)
    }
    #expect(try rig.login("ada", from: "198.51.100.7").status == 429)
  }

  @Test func `an address has thirty attempts at whatever names`() throws {
    var rig = try AccountRig(["API_REGISTRATION": "open"])
    for number in 0..<30 {
      #expect(try rig.login("user\(number)", from: "192.0.2.1").status == 401)
    }
    #expect(try rig.login("another", from: "192.0.2.1").status == 429)
    let body = AccountRig.credentials("ada")
    #expect(try rig.call("POST", "/register", body: body, from: "192.0.2.1").status == 429)
    #expect(try rig.call("POST", "/register", body: body, from: "192.0.2.2").status == 201)
    try Self.pass(10, rig.database)
    #expect(try rig.login("another", from: "192.0.2.1").status == 401)
    #expect(try rig.login("another", from: "192.0.2.1").status == 429)
  }

  @Test func `an address of IPv6 counts by the network that one customer has`() throws {
    var rig = try AccountRig()
    for number in 0..<30 {
      _ = try rig.login("user\(number)", from: "2001:db8:1:2::\(number)")
    }
    #expect(try rig.login("another", from: "2001:db8:1:2:ffff::1").status == 429)
    #expect(try rig.login("another", from: "2001:db8:1:3::1").status == 401)
    #expect(try rig.login("another", from: "::ffff:192.0.2.1").status == 401)
  }

  @Test func `attempts that succeed are given back`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    for _ in 0..<35 { #expect(try rig.login("ada").status == 200) }
  }

  @Test func `full buckets leave no row`() throws {
    var rig = try AccountRig()
    for number in 0..<5 { _ = try rig.login("user\(number)") }
    #expect(try rig.database.value("SELECT count(*) FROM sluice.attempts") == "6")
    try Self.pass(1000, rig.database)
    _ = try rig.login("another")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.attempts") == "2")
  }

  @Test func `attempts at the same moment get no further than those one after another`()
    async throws
  {
    var rig = try AccountRig()
    try rig.add("ada")
    let variables = rig.variables
    let workers = 6
    let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
      for worker in 0..<workers {
        group.addTask {
          try await Self.attempts(5, from: "192.0.2.\(worker)", variables)
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(statuses.count == 30)
    #expect(statuses.count { $0 == 401 } == 10, "\(statuses)")
    #expect(statuses.count { $0 == 429 } == 20, "\(statuses)")
  }

  @concurrent private static func attempts(
    _ count: Int, from sourceIP: String, _ variables: EnvironmentVariables
  ) async throws -> [Int] {
    var handler = try APIHandler(variables: variables)
    let event = try AccountRig.event(
      "POST", "/login", body: AccountRig.credentials("ada", wrong), from: sourceIP)
    return try (0..<count).map { _ in try AccountRig.send(event, to: &handler).status }
  }
}
