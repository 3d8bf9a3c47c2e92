import Glibc

/// A private PostgreSQL server that listens on a Unix socket only.
struct PostgresCluster: Sendable {
  private let server: ServiceProcess
  let socketDirectory: String
  /// Where the data stands.
  let directory: String

  /// Longer paths do not fit into a socket's address, terminator included.
  private static let socketPathLimit = 107

  /// Starts the cluster, made first where there is none.
  ///
  /// A temporary cluster holds nothing of value: it is not flushed to disk, and programs that run as
  /// other users, as the emulator's do, may connect to it.
  init(
    directory: String, socketDirectory: String, isTemporary: Bool, toolbox: Toolbox
  ) throws(CommandError) {
    let account = try Self.account()
    guard "\(socketDirectory)/.s.PGSQL.5432".utf8.count <= Self.socketPathLimit else {
      throw CommandError("the path of the socket is too long: \(socketDirectory)")
    }
    try Self.makeDirectory(socketDirectory, mode: isTemporary ? 0o755 : 0o700, for: account)
    if !Files.exists("\(directory)/PG_VERSION") {
      try Self.makeDirectory(directory, mode: 0o700, for: account)
      try Self.initialise(directory, account, toolbox)
    }
    Self.awaitEnd(of: directory)
    var arguments = ["-D", directory, "-k", socketDirectory, "-c", "listen_addresses="]
    let permissions = isTemporary ? "0777" : "0700"
    arguments += ["-c", "unix_socket_permissions=\(permissions)", "-c", "max_connections=200"]
    if isTemporary { arguments += ["-c", "fsync=off", "-c", "full_page_writes=off"] }
    let server = try ServiceProcess(
      "PostgreSQL",
      ChildCommand(
        try toolbox.postgres("postgres"), arguments, environment: Self.environment,
        directory: directory, user: account, deathSignal: SIGINT),
      // SIGINT is PostgreSQL's "fast" shutdown: sessions are ended, data is written.
      stopSignal: SIGINT)
    try server.untilReady {
      let lines = Files.readText("\(directory)/postmaster.pid")?.split(separator: "\n") ?? []
      return lines.last?.hasPrefix("ready") ?? false
    }
    self.server = server
    self.socketDirectory = socketDirectory
    self.directory = directory
  }

  func stop() { server.stop() }

  /// A connection string for libpq.
  var url: String { "postgresql:///postgres?host=\(socketDirectory)&user=postgres" }

  /// PostgreSQL refuses to run as root; the user `postgres` comes with its package.
  static func account() throws(CommandError) -> UserAccount? {
    guard geteuid() == 0 else { return nil }
    guard let account = UserAccount.named("postgres") else {
      throw CommandError(
        "PostgreSQL does not run as root, and there is no user postgres",
        advice: "Run scripts/internal/install, or run this command as an ordinary user.")
    }
    return account
  }

  private static var environment: [String: String] {
    // Nothing of the user's PG* settings: this cluster is private.
    ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"]
  }

  private static func makeDirectory(
    _ path: String, mode: UInt32, for account: UserAccount?
  ) throws(CommandError) {
    try Files.makeDirectory(path, mode: mode)
    guard let account else { return }
    guard unsafe chown(path, account.user, account.group) == 0 else {
      throw .system("give \(path) to the user postgres")
    }
  }

  private static func initialise(
    _ directory: String, _ account: UserAccount?, _ toolbox: Toolbox
  ) throws(CommandError) {
    let command = ChildCommand(
      try toolbox.postgres("initdb"),
      [
        "-D", directory, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-sync",
      ], environment: environment, directory: "/", user: account)
    let process = try ServiceProcess("initdb", command, stopSignal: SIGTERM)
    try process.untilSucceeded()
  }

  /// A server that lost its stack may still be writing its last checkpoint.
  private static func awaitEnd(of directory: String) {
    for _ in 0..<100 {
      guard let text = Files.readText("\(directory)/postmaster.pid"),
        let line = text.split(separator: "\n").first, let process = Int32(line),
        kill(process, 0) == 0
      else { return }
      usleep(100_000)
    }
  }
}
