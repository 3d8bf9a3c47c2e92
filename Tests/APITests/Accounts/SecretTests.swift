import JSON
import TestSupport
import Testing

/// Secrets planted where they belong, looked for wherever they do not.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Secrets of accounts` {
  @Test func `fault 46: no log and no answer holds a password, a hash or a token`() throws {
    let password = "canary-of-a-password"
    var rig = try AccountRig(["API_REGISTRATION": "open", "API_ACCESS": "private"])
    var answers: [String] = []
    func note(_ answer: AccountRig.Answer) { answers.append("\(answer.headers) \(answer.text)") }
    let body = AccountRig.credentials("ada", password)
    note(try rig.call("POST", "/register", body: body))
    note(try rig.call("POST", "/register", body: body))
    note(try rig.login("ada", password + "x"))
    let login = try rig.login("ada", password)
    let token = try #require(login.json["token"]?.string)
    note(try rig.call("GET", "/metrics/hires", token: token))
    note(try rig.call("GET", "/read/first-chunk", query: "table_name=x", token: token))
    // Bodies in which a password stands where it should not.
    note(try rig.call("POST", "/login", body: #"{"name":"\#(password)!","password":"x"}"#))
    note(try rig.call("POST", "/login", body: #"{"name":"ada","password":["\#(password)"]}"#))
    note(try rig.call("POST", "/login", body: #"{"name":"ada","password":"\#(password)"#))
    note(try rig.call("POST", "/login", body: password))
    // A database that fails while a secret is a parameter of its statement.
    for table in ["attempts", "sessions", "users"] {
      try rig.database.execute("ALTER TABLE sluice.\(table) RENAME TO gone")
      note(try rig.login("ada", password))
      note(try rig.call("POST", "/register", body: AccountRig.credentials("bob", password)))
      note(try rig.call("GET", "/metrics/hires", token: token))
      note(try rig.call("POST", "/logout", token: token + "x"))
      try rig.database.execute("ALTER TABLE sluice.gone RENAME TO \(table)")
    }
    note(try rig.call("POST", "/logout", token: token))
    let hash = try rig.database.value("SELECT password_hash FROM sluice.users")
    let log = rig.log.text
    #expect(log.contains("failed"), "the log holds what went wrong: \(log)")
    for secret in [password, token, hash, "argon2id"] {
      #expect(!log.contains(secret), "\(secret) in \(log)")
      for answer in answers { #expect(!answer.contains(secret), "\(secret) in \(answer)") }
    }
  }
}
