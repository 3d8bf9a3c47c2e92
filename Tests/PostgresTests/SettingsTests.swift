import Postgres
import Testing

struct SettingsTests {
  @Test(
    arguments: [
      (["DATABASE_URL": "postgresql://u:p@db.example.org:6432/app"], "verify-full"),
      (["DATABASE_URL": "postgres://u@db.example.org/app?sslmode=require"], "require"),
      (["DATABASE_URL": "postgresql://u@db.example.org/app", "PGSSLMODE": "disable"], "disable"),
      (["DATABASE_URL": "postgresql:///app?host=/tmp/sock&user=u"], nil),
      (["DATABASE_URL": "postgresql://localhost/app"], nil),
      (["DATABASE_URL": "postgresql://127.0.0.1/app"], nil),
      (["DATABASE_URL": "postgresql://127.8.9.1/app"], nil),
      (["DATABASE_URL": "postgresql://[::1]:5433/app"], nil),
      (["DATABASE_URL": "postgresql:///app"], nil),
      (["DATABASE_URL": "host=localhost dbname=app"], nil),
      (["DATABASE_URL": "postgresql://localhost,db.example.org/app"], "verify-full"),
      (["DATABASE_URL": "postgresql://127.evil.example.org/app"], "verify-full"),
      (["DATABASE_URL": "postgresql://localhost.example.org/app"], "verify-full"),
      (["DATABASE_URL": "postgresql://localhost/app?hostaddr=10.0.0.1"], "verify-full"),
      (["PGHOST": "db.example.org"], "verify-full"),
      (["PGHOST": "/var/run/postgresql"], nil),
      (["PGHOST": "db.example.org", "PGSSLMODE": "verify-ca"], "verify-ca"),
    ] as [([String: String], String?)])
  func `a server that is not on this machine must prove itself`(
    variables: [String: String], mode: String?
  ) throws {
    let settings = try PostgresSettings { variables[$0] }
    #expect(settings["sslmode"] == mode)
    #expect((settings["sslrootcert"] != nil) == (mode?.hasPrefix("verify-") == true))
  }

  @Test func `the URL goes before the PG variables, which fill its gaps`() throws {
    let variables = [
      "DATABASE_URL": "postgresql://ann@localhost/app", "PGUSER": "bob", "PGPORT": "6000",
      "PGPASSWORD": "secret", "PGDATABASE": "", "PGSSLROOTCERT": "/tmp/ca.pem",
    ]
    let settings = try PostgresSettings { variables[$0] }
    #expect(settings["user"] == "ann")
    #expect(settings["port"] == "6000")
    #expect(settings["dbname"] == "app")
    #expect(settings["password"] == "secret")
    #expect(settings["sslrootcert"] == "/tmp/ca.pem")
    #expect(settings["client_encoding"] == "UTF8")
    #expect(settings["fallback_application_name"] == "sluice")
  }

  @Test func `a login brings the identity and fills what is open of the address`() throws {
    let login = PostgresLogin(
      host: "db.example.org", port: "6000", database: "app", user: "ann", password: "hunter2")
    let filled = try PostgresSettings(lookup: { _ in nil }, login: login)
    #expect(filled["host"] == "db.example.org" && filled["port"] == "6000")
    #expect(filled["dbname"] == "app" && filled["user"] == "ann")
    #expect(filled["password"] == "hunter2" && filled["sslmode"] == "verify-full")
    let url = "postgresql://bob@localhost/own"
    let proxied = try PostgresSettings(
      lookup: { $0 == "DATABASE_URL" ? url : nil }, login: login)
    #expect(proxied["host"] == "localhost" && proxied["dbname"] == "own")
    #expect(proxied["user"] == "ann" && proxied["sslmode"] == nil)
    var encrypted = login
    encrypted.needsTLS = true
    let tunnel = try PostgresSettings(
      lookup: { $0 == "DATABASE_URL" ? url : nil }, login: encrypted)
    #expect(tunnel["sslmode"] == "verify-full")
    var dumped = ""
    dump(login, to: &dumped)
    dump(filled, to: &dumped)
    #expect(!"\(dumped)\(login)\(filled)".contains("hunter2"))
  }

  @Test func `the word system means the system's bundle`() throws {
    let settings = try PostgresSettings(
      url: "postgresql://db.example.org/app?sslmode=verify-full&sslrootcert=system")
    #expect(settings["sslrootcert"]?.hasPrefix("/etc/") == true)
  }

  @Test(arguments: [
    "mysql://u:hunter2@h/d", "hunter2", "postgresql://u:hunter2%zz@h/d",
    "postgresql://u:hunter2@h/d?sslmode", "postgresql://u:hunter2@h/d?sslmode=none",
    "postgresql://u:hunter2@h:port/d", "postgresql://u:hunter2@h:70000/d",
    "host=h password=my hunter2", "host=h password='hunter2", "postgresql://u:x/y?hunter2@h/d",
    "postgresql://[hunter2/d", "postgresql://u:x/y?hunter2=x@h/d",
    "postgresql://u:hunter2\u{0}@h/d",
    "postgresql://u:hunter2@h/d?=&=",
  ])
  func `a malformed setting is explained without the secret in it`(url: String) throws {
    let error = #expect(throws: PostgresError.self) { try PostgresSettings(url: url) }
    #expect(error?.code == .setting)
    #expect(error?.message.contains("DATABASE_URL") == true)
    #expect(error?.debugDescription.contains("hunter2") == false)
  }

  @Test func `an unknown option is named`() throws {
    let error = #expect(throws: PostgresError.self) {
      try PostgresSettings(url: "postgresql://u:p@h/d?sslmod=require")
    }
    #expect(error?.message.contains("sslmod") == true)
  }

  @Test func `nothing set names what to set`() throws {
    let error = #expect(throws: PostgresError.self) { try PostgresSettings { _ in nil } }
    #expect(error?.code == .setting)
    #expect(error?.message.contains("DATABASE_URL") == true)
    #expect(error?.message.contains("PGHOST") == true)
  }

  @Test func `settings print without the password`() throws {
    let settings = try PostgresSettings(url: "postgresql://u:hunter2@localhost:6000/app")
    var dumped = ""
    dump(settings, to: &dumped)
    for text in ["\(settings)", String(reflecting: settings), dumped] {
      #expect(!text.contains("hunter2"))
    }
    #expect("\(settings)" == "u@localhost:6000/app")
  }
}
