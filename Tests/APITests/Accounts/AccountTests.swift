import API
import JSON
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct Accounts {
  @Test func `a user logs in, calls with the token and logs out`() throws {
    var rig = try AccountRig()
    try rig.add("ada", role: "admin")
    let answer = try rig.login("ada")
    #expect(answer.status == 200, "\(answer.text)")
    #expect(answer.headers["cache-control"]?.string == "no-store")
    #expect(answer.json["name"]?.string == "ada" && answer.json["role"]?.string == "admin")
    let expiry = try #require(answer.json["expires_at"]?.string)
    #expect(
      try rig.database.value(
        """
        SELECT '\(expiry)'::timestamptz - clock_timestamp()
          BETWEEN interval '11:59' AND interval '12:00'
        """) == "t")
    let token = try #require(answer.json["token"]?.string)
    #expect(token.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil)
    #expect(try rig.call("GET", "/metrics/hires", token: token).status == 200)
    let out = try rig.call("POST", "/logout", token: token)
    #expect(out.status == 204 && out.text.isEmpty)
    #expect(try rig.call("GET", "/metrics/hires", token: token).status == 401)
    #expect(try rig.call("POST", "/logout", token: token).status == 401)
    #expect(try rig.call("POST", "/logout").status == 401)
  }

  @Test func `a wrong password, an unknown name and a disabled user are told alike`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    try rig.add("bob")
    try rig.administer { try $0.disable("bob") }
    let answers = try [
      rig.login("ada", "correct horse batterie"), rig.login("nobody"), rig.login("bob"),
    ]
    for answer in answers {
      #expect(answer.status == 401 && answer.text == answers[0].text, "\(answer.text)")
    }
    try rig.administer { try $0.enable("bob") }
    #expect(try rig.login("bob").status == 200)
  }

  static let spoiled: [(body: String, code: String)] = [
    (#"{"name":"ada"}"#, "missing"),
    (#"{"password":"correct horse battery"}"#, "missing"),
    (#"{"name":"ada","name":"bob","password":"correct horse battery"}"#, "repeated"),
    (#"{"name":"ada","password":"correct horse battery","password":"another one"}"#, "repeated"),
    (#"{"name":"ada","password":"correct horse battery","role":"admin"}"#, "unknown"),
    (#"{"name":7,"password":"correct horse battery"}"#, "wrong-type"),
    (#"{"name":null,"password":"correct horse battery"}"#, "wrong-type"),
    (#"{"name":"","password":"correct horse battery"}"#, "wrong-value"),
    (#"{"name":"Ada","password":"correct horse battery"}"#, "wrong-value"),
    (#"{"name":".ada","password":"correct horse battery"}"#, "wrong-value"),
    (#"{"name":"ada ","password":"correct horse battery"}"#, "wrong-value"),
    (#"{"name":"аda","password":"correct horse battery"}"#, "wrong-value"),
    (#"{"name":"ada","password":"elevenchars"}"#, "wrong-value"),
  ]

  @Test(arguments: ["/login", "/register"])
  func `a body that is not a name and a password is refused with its faults`(
    _ path: String
  ) throws {
    var rig = try AccountRig(["API_REGISTRATION": "open"])
    let long = String(repeating: "a", count: 129)
    let cases =
      Self.spoiled
      + [("{\"name\":\"ada\",\"password\":\"\(long)\"}", "wrong-value")]
    for (body, code) in cases {
      let answer = try rig.call("POST", path, body: body)
      #expect(answer.status == 400 && answer.code == "bad-request", "\(body): \(answer.text)")
      #expect(answer.json["errors"]?[0]?["code"]?.string == code, "\(body): \(answer.text)")
    }
    for body in ["", "[]", "7", "{", "null"] {
      #expect(try rig.call("POST", path, body: body).status == 400, "\(body)")
    }
    // Nothing of it came as far as the database.
    #expect(try rig.database.value("SELECT to_regclass('sluice.users') IS NULL") == "t")
  }

  @Test func `registration is closed unless it is opened, and then makes readers`() throws {
    var closed = try AccountRig()
    let refused = try closed.call("POST", "/register", body: AccountRig.credentials("ada"))
    #expect(refused.status == 403 && refused.code == "forbidden")
    var rig = try AccountRig(["API_REGISTRATION": "open"])
    let made = try rig.call("POST", "/register", body: AccountRig.credentials("ada"))
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json == .object(["name": .string("ada"), "role": .string("reader")]))
    let again = try rig.call(
      "POST", "/register", body: AccountRig.credentials("ada", "some other password"))
    #expect(again.status == 409 && again.code == "conflict")
    #expect(try rig.login("ada").json["role"]?.string == "reader")
    #expect(try rig.login("ada", "some other password").status == 401)
  }

  @Test func `a session ends with its time, its user, another password`() throws {
    var rig = try AccountRig(["API_SESSION_HOURS": "1"])
    for name in ["ada", "bob", "cleo", "dan"] { try rig.add(name) }
    let tokens = try ["ada", "bob", "cleo", "dan"].map { try rig.token(of: $0) }
    for token in tokens {
      #expect(try rig.call("GET", "/metrics/hires", token: token).status == 200)
    }
    try rig.database.execute(
      """
      UPDATE sluice.sessions SET expires_at = clock_timestamp() - interval '1 s'
      WHERE user_id = (SELECT id FROM sluice.users WHERE name = 'ada')
      """)
    try rig.administer { users in
      try users.disable("bob")
      try users.enable("bob")
      try users.setPassword(of: "cleo", to: "a new password")
    }
    for (token, status) in zip(tokens, [401, 401, 401, 200]) {
      #expect(try rig.call("GET", "/metrics/hires", token: token).status == status)
    }
    #expect(try rig.login("cleo").status == 401)
    #expect(try rig.login("cleo", "a new password").status == 200)
    // A login takes what is over with it.
    #expect(
      try rig.database.value(
        "SELECT count(*) FROM sluice.sessions WHERE expires_at < clock_timestamp()") == "0")
  }

  @Test func `tokens are stored as their hashes alone`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    let token = try rig.token(of: "ada")
    #expect(
      try rig.database.value(
        """
        SELECT count(*) FROM sluice.sessions WHERE token_hash = sha256('\(token)')
        """) == "1")
  }

  @Test func `a hash with older parameters is made anew when its user logs in`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    // Of the rig's password, with 8 MiB and one pass.
    let old =
      "$argon2id$v=19$m=8192,t=1,p=1$ZRLDRu2oWsIkhUXTH31mtw"
      + "$Mn/KNm/17h7rqkk1+GlSusOd4OmADujYxrhbCY9WQ0Y"
    try rig.database.execute("UPDATE sluice.users SET password_hash = '\(old)'")
    #expect(try rig.login("ada", "another password").status == 401)
    #expect(try rig.database.value("SELECT password_hash FROM sluice.users") == old)
    #expect(try rig.login("ada").status == 200)
    let new = try rig.database.value("SELECT password_hash FROM sluice.users")
    #expect(new.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"), "\(new)")
    #expect(try rig.login("ada").status == 200)
  }

  @Test func `an administrator is told what cannot be done`() throws {
    var rig = try AccountRig()
    try rig.add("ada")
    try rig.administer { users in
      #expect(throws: UserFault.self) {
        try users.add("ada", role: "admin", password: AccountRig.password)
      }
      #expect(throws: UserFault.self) {
        try users.add("eve", role: "root", password: AccountRig.password)
      }
      #expect(throws: UserFault.self) {
        try users.add("Eve", role: "admin", password: AccountRig.password)
      }
      #expect(throws: UserFault.self) {
        try users.setPassword(of: "ada", to: "short")
      }
      #expect(throws: UserFault.self) { try users.disable("nobody") }
      #expect(throws: UserFault.self) { try users.enable("nobody") }
      let list = try users.list()
      #expect(list.map(\.name) == ["ada"] && list[0].role == "reader" && list[0].sessions == 0)
      #expect(list[0].disabledAt.isEmpty)
    }
  }
}
