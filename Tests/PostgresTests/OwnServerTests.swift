import Glibc
import Postgres
import Synchronization
import TestSupport
import Testing

/// What takes a server of our own: certificates, passwords, limits and restarts.
@Suite(
  .enabled(if: ScratchSchema.hasServer, "set TEST_DATABASE_URL"),
  .enabled(if: ScratchCluster.isAvailable, "install postgresql and openssl"))
struct OwnServerTests {
  @Test func `fault 39: a server that does not prove itself is refused in five ways`() throws {
    let cluster = try ScratchCluster()
    try verifiesTheServer(cluster)
    try carriesMuchOverTLS(cluster)
    try refusesServersThatProveNothing(cluster)
  }

  @Test func `faults 37 and 38: a full server and a refused login have their SQLSTATE`() throws {
    let cluster = try ScratchCluster()
    try refusesWrongLogins(cluster)
    try tellsThatTheServerIsFull(cluster)
    try reconnectsAfterARestart(cluster)
  }

  @Test func `fault 37: a session waits for a connection as long as it may`() throws {
    let cluster = try ScratchCluster()
    var session = PostgresSession(try PostgresSettings(url: cluster.url()))
    let holders = Mutex<[Holder]>([])
    for _ in 0..<3 {
      let holder = Holder(try connect(cluster.url()))
      holders.withLock { $0.append(holder) }
    }
    let full = #expect(throws: PostgresError.self) {
      try session.withConnection(patience: .seconds(3)) { try $0.ping() }
    }
    #expect(full?.sqlState == .tooManyConnections)
    try BlockingThread.start {
      usleep(300_000)
      holders.withLock { _ = $0.popLast() }
    }
    try session.withConnection(patience: Patience.limit) { try $0.ping() }
  }

  @Test func `fault 38: a refused login is tried once more, with other settings`() throws {
    let cluster = try ScratchCluster()
    let old = try PostgresSettings(url: cluster.url().replacing(":right@", with: ":hunter2@"))
    let new = try PostgresSettings(url: cluster.url())
    let refusals = Mutex<[SQLState?]>([])
    var session = PostgresSession { refusal, _ in
      refusals.withLock { $0.append(refusal?.sqlState) }
      return refusal == nil ? old : new
    }
    try session.withConnection { try $0.ping() }
    #expect(refusals.withLock { $0 } == [nil, .invalidPassword])

    var hopeless = PostgresSession { refusal, _ in
      refusals.withLock { $0.append(refusal?.sqlState) }
      return old
    }
    refusals.withLock { $0 = [] }
    let error = #expect(throws: PostgresError.self) {
      try hopeless.withConnection { try $0.ping() }
    }
    #expect(error?.sqlState == .invalidPassword)
    #expect(refusals.withLock { $0 } == [nil, .invalidPassword])
    #expect(error.map { "\($0.debugDescription)".contains("hunter2") } == false)
  }

  /// Keeps a session open until it is let go of.
  private final class Holder: Sendable {
    private let connection: Mutex<PostgresConnection?>

    init(_ connection: consuming sending PostgresConnection) {
      self.connection = Mutex(connection)
    }
  }

  /// The right host with the right authority, and everything that is not quite that.
  func verifiesTheServer(_ cluster: ScratchCluster) throws {
    var connection = try connect(cluster.url())
    #expect(connection.isEncrypted == true)
    try connection.ping()
    let wrongHost = #expect(throws: PostgresError.self) {
      _ = try connect(cluster.url(host: "127.0.0.1"))
    }
    #expect(wrongHost?.code == .connection)
    #expect(wrongHost?.message.contains("does not match host name") == true)
    let unknown = #expect(throws: PostgresError.self) {
      _ = try connect(cluster.url("&sslrootcert=\(cluster.directory)/other.pem"))
    }
    #expect(unknown?.message.contains("certificate verify failed") == true)
    // The default: the system's bundle does not know our authority either.
    let system = #expect(throws: PostgresError.self) {
      _ = try connect(cluster.url("&sslrootcert=system"))
    }
    #expect(system?.message.contains("certificate verify failed") == true)
  }

  /// The login that fails has its SQLSTATE and does not show the password.
  func refusesWrongLogins(_ cluster: ScratchCluster) throws {
    let url = cluster.url().replacing(":right@", with: ":hunter2@")
    let wrong = #expect(throws: PostgresError.self) { _ = try connect(url) }
    #expect(wrong?.sqlState == .invalidPassword)
    #expect(wrong?.isTransient == false)
    #expect(wrong?.debugDescription.contains("hunter2") == false)
    #expect(wrong?.message.contains("password authentication failed for user \"app\"") == true)
    #expect(wrong?.message.contains("28P01") == false)
    let missing = #expect(throws: PostgresError.self) {
      _ = try connect(cluster.url().replacing("/postgres?", with: "/missing?"))
    }
    #expect(missing?.sqlState == .invalidCatalogName)
  }

  func tellsThatTheServerIsFull(_ cluster: ScratchCluster) throws {
    let first = try connect(cluster.url())
    let second = try connect(cluster.url())
    let third = try connect(cluster.url())
    let full = #expect(throws: PostgresError.self) {
      _ = try PostgresConnection(PostgresSettings(url: cluster.url()))
    }
    #expect(full?.sqlState == .tooManyConnections)
    #expect(full?.isTransient == true)
    #expect((first.isUsable && second.isUsable && third.isUsable) == true)
  }

  func reconnectsAfterARestart(_ cluster: ScratchCluster) throws {
    var session = PostgresSession(try PostgresSettings(url: cluster.localURL))
    try session.withConnection { try $0.ping() }
    try cluster.stop("immediate")
    let away = #expect(throws: PostgresError.self) { try session.withConnection { try $0.ping() } }
    #expect(away?.isTransient == true)
    #expect(away?.isConnectionLoss == true)
    try cluster.start()
    try session.withConnection { try $0.ping() }
    try cluster.stop()
    try cluster.start()
    try session.withConnection { try $0.ping() }
  }

  /// The waits are ours, so records that TLS holds back must not be forgotten.
  func carriesMuchOverTLS(_ cluster: ScratchCluster) throws {
    var connection = try connect(cluster.url())
    // A server that pauses has not refused anything.
    try connection.execute(
      """
      create temporary table t (s text);
      create function pg_temp.pause() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.2); return new; end $$;
      create trigger pause before insert on t for each row
        when (new.s = 'pause') execute function pg_temp.pause()
      """)
    let line = String(repeating: "x", count: 999) + "\n"
    let piece = String(repeating: line, count: 100)
    let count = try connection.copyIn("copy t from stdin") { writer in
      for _ in 0..<100 { try writer.write(piece) }
      try writer.write("pause\n")
      for _ in 0..<100 { try writer.write(piece) }
    }
    #expect(count == 20_001)
    var bytes = 0
    try connection.copyOut("copy t to stdout") { bytes += $0.count }
    #expect(bytes == 20_000_006)
    let long = try connection.query("select repeat('y', 50000000)") {
      $0.withField(row: 0, column: 0) { $0?.count }
    }
    #expect(long == 50_000_000)
    try connection.pipeline(
      [PostgresStatement](repeating: PostgresStatement("select repeat('z', 100000)"), count: 100)
    ) { _, result in #expect(result.rowCount == 1) }
  }

  /// An expired certificate, and a server without any.
  func refusesServersThatProveNothing(_ cluster: ScratchCluster) throws {
    try cluster.present("expired")
    let expired = #expect(throws: PostgresError.self) { _ = try connect(cluster.url()) }
    #expect(expired?.message.contains("certificate verify failed") == true)
    try cluster.present(nil)
    let plain = #expect(throws: PostgresError.self) { _ = try connect(cluster.url()) }
    #expect(plain?.message.contains("server does not support SSL") == true)
    #expect(plain?.code == .connection)
  }

  /// Connects; sessions that were ended a moment ago may still take up the few there can be.
  func connect(_ url: String, attempts: Int = 1000) throws -> PostgresConnection {
    do {
      return try PostgresConnection(PostgresSettings(url: url))
    } catch {
      guard error.sqlState == .tooManyConnections, attempts > 1 else { throw error }
      usleep(20_000)
    }
    return try connect(url, attempts: attempts - 1)
  }
}
