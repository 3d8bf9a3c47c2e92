internal import CLibpq
internal import System

/// Holds what it takes to connect, taken from `DATABASE_URL` or libpq's own variables.
///
/// What the URL says goes before what the `PG…` variables say. Without a word on `sslmode`, the
/// server must prove itself (`verify-full`) unless it is reached over a Unix socket or loopback.
public struct PostgresSettings: Sendable {
  struct Option: Sendable {
    let keyword: String
    let value: String
  }

  private(set) var options: [Option]

  /// Reads the environment contract: `DATABASE_URL`, or `PGHOST` and its companions.
  ///
  /// A login that is given brings the user and the password, and fills what the variables leave
  /// open of the address.
  ///
  /// - Throws: A setting's error that names the variable and what it should hold, never its value.
  public init(
    lookup: (String) -> String?, login: PostgresLogin? = nil
  ) throws(PostgresError) {
    func variable(_ name: String) -> String? {
      guard let value = lookup(name), !value.isEmpty else { return nil }
      return value
    }
    options = []
    let url = variable("DATABASE_URL")
    if let url { options = try ConnectionString.parse(url) }
    guard url != nil || variable("PGHOST") != nil || login != nil else {
      throw PostgresError(
        .setting,
        "DATABASE_URL is not set; it should hold postgresql://user:password@host:port/database "
          + "(or set PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD)")
    }
    for (name, keyword) in Self.variables where self[keyword] == nil {
      if let value = variable(name) { set(keyword, value) }
    }
    if let login { apply(login) }
    try applyRules()
    if login?.needsTLS == true { try requireTLS() }
  }

  /// Reads a connection URL, or a `keyword=value` connection string, alone.
  public init(url: String) throws(PostgresError) {
    try self.init(lookup: { $0 == "DATABASE_URL" ? url : nil })
  }

  /// The value of a libpq keyword such as `host`, if one was given or is our default.
  public subscript(keyword: String) -> String? {
    options.last { $0.keyword == keyword }?.value
  }

  private mutating func set(_ keyword: String, _ value: String) {
    options.removeAll { $0.keyword == keyword }
    options.append(Option(keyword: keyword, value: value))
  }

  private mutating func setIfAbsent(_ keyword: String, _ value: String) {
    if self[keyword] == nil { set(keyword, value) }
  }

  private mutating func apply(_ login: PostgresLogin) {
    let address = [("host", login.host), ("port", login.port), ("dbname", login.database)]
    for case (let keyword, .some(let value)) in address { setIfAbsent(keyword, value) }
    let identity = [("user", login.user), ("password", login.password)]
    for case (let keyword, .some(let value)) in identity { set(keyword, value) }
    if login.needsTLS { setIfAbsent("sslmode", "verify-full") }
  }

  private func requireTLS() throws(PostgresError) {
    guard let mode = self["sslmode"], ["require", "verify-ca", "verify-full"].contains(mode) else {
      throw PostgresError(
        .setting,
        "sslmode in DATABASE_URL or PGSSLMODE should be verify-full, verify-ca or require, since "
          + "a token may travel encrypted only")
    }
  }

  /// Checks what libpq would only find while connecting, and adds our defaults.
  private mutating func applyRules() throws(PostgresError) {
    if let port = self["port"] {
      for part in port.split(separator: ",") {
        guard let number = Int(part), (1...65_535).contains(number) else {
          throw PostgresError(
            .setting, "the port in DATABASE_URL or PGPORT should be a number from 1 to 65535")
        }
      }
    }
    if let mode = self["sslmode"], !TLSDefaults.modes.contains(mode) {
      throw PostgresError(
        .setting,
        "sslmode in DATABASE_URL or PGSSLMODE should be one of "
          + TLSDefaults.modes.joined(separator: ", "))
    }
    if !TLSDefaults.isLocal(host: self["host"], address: self["hostaddr"]) {
      setIfAbsent("sslmode", "verify-full")
    }
    if let mode = self["sslmode"], mode.hasPrefix("verify-") {
      // `system` is a word that libpq knows from version 16 on.
      if self["sslrootcert"] == nil || self["sslrootcert"] == "system" {
        set("sslrootcert", try TLSDefaults.standardBundle())
      }
    }
    // Encryption by Kerberos would come before TLS, and with it no look at the certificate.
    setIfAbsent("gssencmode", "disable")
    setIfAbsent("fallback_application_name", "sluice")
    set("client_encoding", "UTF8")
    setIfAbsent("keepalives_idle", "30")
    setIfAbsent("keepalives_interval", "10")
    setIfAbsent("keepalives_count", "3")
    setIfAbsent("tcp_user_timeout", "60000")
  }

  /// The limit of the connection string, which may shorten ours.
  var connectTimeout: Duration? {
    // Zero and less mean for ever.
    guard let text = self["connect_timeout"], let seconds = Int(text), seconds > 0 else {
      return nil
    }
    return .seconds(seconds)
  }

  /// The text with the password, should it occur, replaced.
  func redacting(_ text: String) -> String {
    // Three characters occur in any message by chance.
    guard let password = self["password"], password.utf8.count > 3 else { return text }
    return text.substituting(password, by: "***")
  }

  private static let variables = [
    ("PGHOST", "host"), ("PGHOSTADDR", "hostaddr"), ("PGPORT", "port"), ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"), ("PGSSLMODE", "sslmode"), ("PGSSLROOTCERT", "sslrootcert"),
  ]
}

extension PostgresSettings: CustomStringConvertible, CustomDebugStringConvertible {
  /// Where the settings lead: never the password.
  public var description: String {
    "\(self["user"].map { "\($0)@" } ?? "")\(destination)/\(self["dbname"] ?? "")"
  }

  /// The same as `description`, because a debugger's output ends up in logs too.
  public var debugDescription: String { description }

  /// The server as a reader would name it.
  var destination: String {
    let host = self["host"] ?? self["hostaddr"] ?? "the local Unix socket"
    return self["port"].map { "\(host):\($0)" } ?? host
  }
}

extension PostgresSettings: CustomReflectable {
  /// Hides the options, password among them, from `dump`.
  public var customMirror: Mirror { Mirror(self, children: ["server": description]) }
}

/// Decides when a server must prove itself, and against which authorities.
private enum TLSDefaults {
  /// The modes libpq knows.
  static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// Whether every host is a Unix socket or loopback, so that nothing leaves the machine.
  static func isLocal(host: String?, address: String?) -> Bool {
    // libpq connects to the address where there is one, and takes the host for the certificate.
    guard let names = address ?? host, !names.isEmpty else { return true }
    return names.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(isLocalName)
  }

  private static func isLocalName(_ name: Substring) -> Bool {
    // Empty means the default Unix socket; `@` begins one of the abstract kind.
    if name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@") { return true }
    if name == "localhost" || name == "::1" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The bundle of certificate authorities to check against when none is named.
  static func standardBundle() throws(PostgresError) -> String {
    if let path = CABundle.standard { return path }
    throw PostgresError(
      .setting,
      "PGSSLROOTCERT is not set, and neither the folder of the executable nor the system has a "
        + "bundle of certificate authorities; it should hold the path of a PEM file")
  }
}
