import API
import FeatureRigs
import JSON
import LambdaRuntime
import Postgres
import Synchronization
import Tables
import TestSupport
import Testing

/// Secrets Manager with one secret, which a test changes.
private final class SecretStub: Sendable {
  private final class Secret: Sendable {
    let text: Mutex<String>

    init(_ text: String) { self.text = Mutex(text) }
  }

  private let secret: Secret
  private let stub: HTTPStub

  init(_ text: String) throws {
    let secret = Secret(text)
    self.secret = secret
    stub = try HTTPStub { _ in
      let text = secret.text.withLock { $0 }
      guard text != "missing" else {
        return HTTPStub.Reply(
          400, body: Array(#"{"__type":"ResourceNotFoundException","Message":"none"}"#.utf8))
      }
      let value = (try? JSON.encode(text)) ?? []
      return HTTPStub.Reply(body: Array(#"{"SecretString": "#.utf8) + value + Array("}".utf8))
    }
  }

  func set(_ text: String) { secret.text.withLock { $0 = text } }

  var readings: Int { stub.requests.count }
  var url: String { stub.url }
}

/// Logins that do not stand in `DATABASE_URL`.
@Suite(.enabled(if: ClusterRig.isAvailable, Comment(rawValue: ClusterRig.reason)))
struct `Database logins` {
  static let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db"

  /// A secret as RDS writes it.
  static func secret(_ cluster: ScratchCluster, _ password: String) -> String {
    """
    {"engine": "postgres", "host": "localhost", "port": \(cluster.port), "dbname": "app",
     "username": "app", "password": "\(password)", "dbInstanceIdentifier": "db"}
    """
  }

  private static func rig(
    _ cluster: ScratchCluster, _ stub: SecretStub, _ more: [String: String] = [:]
  ) throws -> ClusterRig {
    try ClusterRig(
      cluster,
      [
        "DATABASE_URL": "", "DATABASE_SECRET_ARN": arn,
        "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "\(cluster.directory)/ca.pem",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": stub.url,
      ].merging(more) { $1 })
  }

  @Test func `fault 38: a secret that was rotated is read again once, and the load goes on`() throws
  {
    let cluster = try ScratchCluster()
    let stub = try SecretStub(Self.secret(cluster, "right"))
    var rig = try Self.rig(cluster, stub)
    #expect(stub.readings == 0)
    #expect(try rig.loader.load("1,Sales\n", as: "departments.csv").status == "loaded")
    #expect(try rig.loader.load("1,Sales\n2,Law\n", as: "departments.csv").status == "loaded")
    #expect(stub.readings == 1)

    try rig.execute("ALTER ROLE app PASSWORD 'rotated'")
    stub.set(Self.secret(cluster, "rotated"))
    // The session that stands goes on; the next one meets the new password.
    #expect(try rig.loader.load("3,Press\n", as: "departments.csv").status == "loaded")
    #expect(stub.readings == 1)
    try rig.endSessions()
    #expect(try rig.loader.load("4,Tax\n", as: "departments.csv").status == "loaded")
    #expect(stub.readings == 2)
    try rig.endSessions()
    #expect(try rig.loader.load("5,Fleet\n", as: "departments.csv").status == "loaded")
    #expect(stub.readings == 2)
    #expect(try rig.value("SELECT count(*) FROM departments") == "5")
  }

  @Test func `fault 38: a secret that stays wrong returns the message and names what to look at`()
    throws
  {
    let cluster = try ScratchCluster()
    let stub = try SecretStub(Self.secret(cluster, "canary-7f3a"))
    var rig = try Self.rig(cluster, stub)
    let first = try rig.loader.deliver("1,Sales\n", as: "departments.csv")
    #expect(first.isReturned && stub.readings == 2)
    #expect(first.log.contains("28P01"))
    #expect(first.log.contains("look at the secret that DATABASE_SECRET_ARN names"))
    let second = try rig.loader.deliver("1,Sales\n", as: "departments.csv")
    #expect(second.isReturned && stub.readings == 3)
    let health = try APIRig.call("/health", variables: rig.loader.variables)
    #expect(health.status == 503)
    for text in [first.log, second.log, "\(first.report)", health.body] {
      #expect(!text.contains("canary-7f3a"))
    }
    // Whoever mends it, on either side, need not touch the worker.
    stub.set(Self.secret(cluster, "right"))
    #expect(try rig.loader.load("1,Sales\n", as: "departments.csv").status == "loaded")
  }

  @Test func `fault 38: a secret that cannot be used says so, and never what it holds`() throws {
    let cluster = try ScratchCluster()
    let stub = try SecretStub("missing")
    var rig = try Self.rig(cluster, stub)
    let cases = [
      ("missing", "could not be read: secretsmanager GetSecretValue: ResourceNotFoundException"),
      ("canary-7f3a", "holds no JSON object"), (#"["canary-7f3a"]"#, "holds no JSON object"),
      (#"{"password": "canary-7f3a"}"#, "holds no username"),
      (#"{"username": "canary-7f3a", "password": ""}"#, "holds no password"),
      (#"{"username": "u", "password": "canary-7f3a"}"#, "says which host the database is on"),
      (
        #"{"username": "u", "password": "canary-7f3a", "host": "localhost", "port": "x"}"#,
        "a number from 1 to 65535"
      ),
    ]
    for (secret, expected) in cases {
      stub.set(secret)
      let delivery = try rig.loader.deliver("1,Sales\n", as: "departments.csv")
      #expect(delivery.isReturned)
      #expect(delivery.log.contains(expected), "\(secret): \(delivery.log)")
      #expect(!delivery.log.contains("canary-7f3a"))
    }
  }

  @Test func `a secret that RDS manages is filled by the variables, whose address goes first`()
    throws
  {
    let cluster = try ScratchCluster()
    let managed = #"{"username": "app", "password": "right"}"#
    let url = "postgresql://localhost:\(cluster.port)/app"
    let stub = try SecretStub(managed)
    var rig = try Self.rig(cluster, stub, ["DATABASE_URL": url])
    #expect(try rig.loader.load("1,Sales\n", as: "departments.csv").status == "loaded")

    let elsewhere = Self.secret(cluster, "right").replacing("localhost", with: "elsewhere.invalid")
    stub.set(elsewhere)
    var other = try Self.rig(cluster, stub, ["PGHOST": "localhost", "PGUSER": "nobody"])
    #expect(try other.loader.load("2,Law\n", as: "departments.csv").status == "loaded")
  }

  @Test
  func `fault 38: by IAM each connection is encrypted, and a refused token says what to look at`()
    throws
  {
    let cluster = try ScratchCluster()
    try cluster.change("sed -i '1ihostssl all app all trust' pg_hba.conf")
    let variables = [
      "DATABASE_URL": "postgresql://app@localhost:\(cluster.port)/app", "DATABASE_IAM_AUTH": "1",
      "PGSSLROOTCERT": "\(cluster.directory)/ca.pem",
    ]
    var rig = try ClusterRig(cluster, variables)
    #expect(try rig.loader.load("1,Sales\n", as: "departments.csv").status == "loaded")
    #expect(
      try rig.value(
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
          + "WHERE usename = 'app'") == "t")
    try cluster.change("sed -i 1d pg_hba.conf")
    let delivery = try rig.loader.deliver("2,Law\n", as: "departments.csv")
    #expect(delivery.isReturned && delivery.log.contains("look at rds-db:connect"))
    #expect(!delivery.log.contains("X-Amz-Signature"))
    let package = Checkout.dataPackage
    let keyless = ["AWS_REGION": "us-east-1", "SLUICE_DATAPACKAGE": package].merging(variables) {
      $1
    }
    let health = try APIRig.call("/health", variables: EnvironmentVariables(keyless))
    #expect(health.status == 503 && health.body.contains("database-unavailable"))
  }
}

/// Settings that say two things at once.
@Suite struct `Login settings` {
  static let secret = ["DATABASE_SECRET_ARN": "arn:x"]
  static let token = ["DATABASE_IAM_AUTH": "1"]

  @Test(arguments: [
    (secret.merging(token) { $1 }, "DATABASE_IAM_AUTH", "0 or nothing"),
    (["DATABASE_IAM_AUTH": "yes"], "DATABASE_IAM_AUTH", "1 to log in by IAM"),
    (
      secret.merging(["DATABASE_URL": "postgresql://u:hunter2@h/d"]) { $1 }, "DATABASE_URL",
      "no password"
    ),
    (secret.merging(["PGPASSWORD": "hunter2"]) { $1 }, "DATABASE_URL", "PGPASSWORD"),
    (secret.merging(["AWS_REGION": ""]) { $1 }, "AWS_REGION", "us-east-1"),
    (secret.merging(["PGSSLMODE": "maybe"]) { $1 }, "DATABASE_URL", "sslmode"),
    (token, "DATABASE_URL", "the name of one host"),
    (
      token.merging(["DATABASE_URL": "postgresql://u:hunter2@h/d"]) { $1 }, "DATABASE_URL",
      "no password"
    ),
    (token.merging(["DATABASE_URL": "postgresql://h/d"]) { $1 }, "DATABASE_URL", "the user"),
    (token.merging(["DATABASE_URL": "postgresql://u@a,b/d"]) { $1 }, "DATABASE_URL", "one host"),
    (
      token.merging(["DATABASE_URL": "postgresql:///d?host=/tmp&user=u"]) { $1 }, "DATABASE_URL",
      "one host"
    ),
    (
      token.merging(["DATABASE_URL": "postgresql://u@h/d?sslmode=prefer"]) { $1 }, "DATABASE_URL",
      "encrypted only"
    ),
    ([:], "DATABASE_URL", "DATABASE_URL is not set"),
  ])
  func `fault 7: settings that contradict each other are an init error that names them`(
    values: [String: String], variable: String, expected: String
  ) throws {
    let package = Checkout.dataPackage
    let all = [
      "SLUICE_DATAPACKAGE": package, "AWS_REGION": "us-east-1", "API_ACCESS": "open-reads",
    ].merging(values) { $1 }
    let error = #expect(throws: SettingError.self) {
      _ = try APIHandler(variables: EnvironmentVariables(all))
    }
    #expect(error?.variable == variable)
    #expect(error?.expected.contains(expected) == true, "\(String(describing: error))")
    #expect(error?.expected.contains("hunter2") == false)
  }

  @Test func `neither a secret nor IAM is asked for anything at init`() throws {
    let package = Checkout.dataPackage
    for values in [
      Self.secret, Self.token.merging(["DATABASE_URL": "postgresql://u@h:1/d"]) { $1 },
    ] {
      let all = values.merging([
        "SLUICE_DATAPACKAGE": package, "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
      ]) { $1 }
      _ = try APIHandler(variables: EnvironmentVariables(all))
    }
  }
}
