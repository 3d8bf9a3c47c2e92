import API
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Roles of routes` {
  static let roles = ["reader", "writer", "admin"]
  static let scopes = ["reader": "read", "writer": "write", "admin": "admin"]

  /// A path of a route: a number stands for any id or name.
  static func path(_ pattern: String) -> String {
    pattern.replacing(/\{[^}]*\}/, with: "1")
  }

  static func authorizer(_ scopes: String) -> String {
    #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":[\#(scopes)]}}"#
  }

  @Test func `a route that wants a role answers 401 without a token that counts`() throws {
    var rig = try AccountRig()
    try rig.add("ada", role: "admin")
    let ended = try rig.token(of: "ada")
    _ = try rig.call("POST", "/logout", token: ended)
    for route in APIHandler.roles where route.role != nil {
      for token in [nil, ended, "", "x", "two words", String(repeating: "a", count: 5000)] {
        let answer = try rig.call(route.method, Self.path(route.path), token: token)
        #expect(answer.status == 401, "\(route): \(answer.text)")
        #expect(answer.headers["www-authenticate"]?.string?.hasPrefix("Bearer") == true)
      }
    }
  }

  @Test func `who may not call learns nothing of what was asked for`() throws {
    var rig = try AccountRig()
    try rig.add("ada", role: "admin")
    let token = try rig.token(of: "ada")
    // The tables are known from here on, and telling them apart needs no database any more.
    #expect(try rig.call("GET", "/tables", token: token).status == 200)
    let asked: [(path: String, query: String, status: Int)] = [
      ("/tables/departments/rows", "", 200), ("/tables/pg_class/rows", "", 404),
      ("/tables/departments/rows", "nosuch=1", 400), ("/tables/departments/rows", "limit=0", 400),
      ("/tables/departments/rows", "a=%ff", 400), ("/tables/departments/rows", "cursor=AA", 400),
      ("/tables/departments/rows", "order=nosuch", 400),
      ("/tables/departments/rows", "id=x.1", 400),
      ("/tables/pg_class/export", "", 404), ("/read/first-chunk", "table_name=pg_class", 404),
      ("/read/first-chunk", "table_name=departments&num_records=x", 400),
      ("/metrics/hires", "year=x", 400), ("/loads/x", "", 404), ("/loads/0", "", 404),
      ("/loads", "limit=x", 400), ("/postings", "radius=x", 400), ("/backups", "limit=0", 400),
    ]
    for (path, query, status) in asked {
      let known = try rig.call("GET", path, query: query, token: token)
      #expect(known.status == status, "\(path)?\(query): \(known.text)")
      let told = try [nil, "x"].map { try rig.call("GET", path, query: query, token: $0) }
      for answer in told {
        #expect(answer.status == 401, "\(path)?\(query): \(answer.text)")
        #expect(answer.headers["www-authenticate"]?.string?.hasPrefix("Bearer") == true)
      }
    }
    for path in ["/nosuch", "/tables/departments/nosuch"] {
      #expect(try rig.call("GET", path).status == 404)
    }
    try rig.add("bob")
    let reader = try rig.token(of: "bob")
    #expect(try rig.call("GET", "/backups", query: "limit=0", token: reader).status == 403)
    let body = #"{"backup":"x"}"#
    #expect(
      try rig.call("POST", "/tables/pg_class/restore", query: "x=1", body: body, token: reader)
        .status == 403)
  }

  @Test func `a call checks its session once, however often it asks the database`() throws {
    var rig = try AccountRig()
    try rig.add("ada", role: "admin")
    let token = try rig.token(of: "ada")
    // Each check leaves a lock with its session, which read-only transactions may take too.
    try rig.database.execute(
      """
      ALTER FUNCTION sluice.caller(bytea, text) RENAME TO counted_caller;
      CREATE FUNCTION sluice.caller(token bytea, needed text) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        IF token IS NOT NULL THEN PERFORM pg_advisory_lock(42, (random() * 1e9)::integer); END IF;
        RETURN sluice.counted_caller(token, needed);
      END $$
      """)
    let calls: [(method: String, path: String, body: String?, status: Int)] = [
      ("GET", "/tables/departments/rows", nil, 200), ("GET", "/tables", nil, 200),
      ("GET", "/tables/departments/export", nil, 200), ("GET", "/tables/pg_class/rows", nil, 404),
      ("GET", "/metrics/hires", nil, 200), ("GET", "/postings", nil, 200),
      ("GET", "/postings/1", nil, 404), ("GET", "/loads", nil, 200), ("GET", "/loads/1", nil, 404),
      ("GET", "/loads/1/rejects", nil, 404), ("GET", "/loads/x", nil, 404),
      ("GET", "/loads/running", nil, 200), ("GET", "/backups", nil, 200),
      ("POST", "/loads/1/replay", nil, 409), ("POST", "/tables/pg_class/backup", nil, 404),
      ("POST", "/tables/pg_class/restore", nil, 404),
      ("POST", "/tables/jobs/rows", #"{"id":1,"job":"Cook"}"#, 201),
      ("DELETE", "/postings", nil, 200),
    ]
    for (index, call) in calls.enumerated() {
      let answer = try rig.call(call.method, call.path, body: call.body, token: token)
      #expect(answer.status == call.status, "\(call): \(answer.text)")
      let checks = try rig.database.value(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 42")
      #expect(checks == "\(index + 1)", "\(call)")
    }
  }

  @Test func `a route answers 403 to a lower role and lets the others through`() throws {
    var rig = try AccountRig()
    for role in Self.roles { try rig.add(role, role: role) }
    let tokens = try Self.roles.map { try rig.token(of: $0) }
    for route in APIHandler.roles {
      guard let wanted = route.role, let rank = Self.roles.firstIndex(of: wanted) else { continue }
      for (index, token) in tokens.enumerated() {
        let answer = try rig.call(route.method, Self.path(route.path), token: token)
        if index < rank {
          #expect(answer.status == 403, "\(route) \(Self.roles[index]): \(answer.text)")
        } else {
          #expect(
            answer.status != 500 && answer.status != 401 && answer.status != 403,
            "\(route) \(Self.roles[index]): \(answer.text)")
        }
      }
    }
  }

  @Test func `a gateway's scopes count in place of a session`() throws {
    var rig = try AccountRig()
    for route in APIHandler.roles {
      guard let wanted = route.role, let rank = Self.roles.firstIndex(of: wanted) else { continue }
      for (index, role) in Self.roles.enumerated() {
        for prefix in ["", "sluice/", "sluice:"] {
          let scope = prefix + (Self.scopes[role] ?? "")
          let authorizer =
            #","authorizer":{"jwt":{"claims":{"sub":"u"},"scopes":["x","\#(scope)"]}}"#
          let answer = try rig.call(
            route.method, Self.path(route.path), token: "a.jwt", authorizer: authorizer)
          #expect(
            index < rank
              ? answer.status == 403
              : answer.status != 500 && answer.status != 401 && answer.status != 403,
            "\(route) \(scope): \(answer.text)")
        }
      }
      let none = Self.authorizer(#""other""#)
      #expect(
        try rig.call(route.method, Self.path(route.path), authorizer: none).status == 403,
        "\(route)")
    }
  }

  @Test func `open reads open what readers may, and nothing else`() throws {
    var rig = try AccountRig(["API_ACCESS": "open-reads"])
    for route in APIHandler.roles {
      let answer = try rig.call(route.method, Self.path(route.path))
      switch route.role {
      case "writer", "admin": #expect(answer.status == 401, "\(route)")
      case "reader":
        #expect(answer.status != 500 && answer.status != 401 && answer.status != 403, "\(route)")
      default: break
      }
    }
  }

  @Test func `a role that was changed counts at once`() throws {
    var rig = try AccountRig()
    try rig.add("ada", role: "writer")
    let token = try rig.token(of: "ada")
    #expect(try rig.call("GET", "/metrics/hires", token: token).status == 200)
    try rig.database.execute("DELETE FROM sluice.users")
    #expect(try rig.call("GET", "/metrics/hires", token: token).status == 401)
  }
}
