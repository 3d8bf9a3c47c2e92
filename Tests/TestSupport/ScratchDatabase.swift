import Glibc
import Postgres
import Synchronization

/// A database of its own for one test, dropped when the test is over.
///
/// Loads write to fixed schemas, so tests that run side by side cannot share a database.
public final class ScratchDatabase: Sendable {
  private static let count = Atomic<Int>(0)

  /// Whether there is a server to make databases on.
  public static var isAvailable: Bool { serverURL != nil }

  private static var serverURL: String? {
    unsafe getenv("TEST_DATABASE_URL").map { unsafe String(cString: $0) }
  }

  /// The name of the database.
  public let name: String
  /// The address of the database.
  public let url: String
  private let server: PostgresSettings

  /// Makes an empty database on the server of `TEST_DATABASE_URL`.
  public init() throws {
    let base = Self.serverURL ?? ""
    server = try PostgresSettings(url: base)
    name = "sluice_test_\(getpid())_\(Self.count.add(1, ordering: .relaxed).newValue)"
    let query = base.split(separator: "?", maxSplits: 1).last.map { "?\($0)" } ?? ""
    let authority = base.split(separator: "?").first ?? ""
    let slash = authority.lastIndex(of: "/") ?? authority.endIndex
    url = authority[..<slash] + "/\(name)" + query
    var connection = try PostgresConnection(server)
    try connection.execute("CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8'")
  }

  deinit {
    if var connection = try? PostgresConnection(server) {
      try? connection.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }
  }

  /// Runs a query and gives its rows as text, NULL as an empty text.
  public func rows(_ sql: String) throws -> [[String]] {
    var connection = try PostgresConnection(try PostgresSettings(url: url))
    return try connection.query(sql) { result in
      let columns = result.columnCount
      return try result.rows { row in
        try (0..<columns).map { _ in try row.textIfPresent() ?? "" }
      }
    }
  }

  /// Runs a query that gives one value.
  public func value(_ sql: String) throws -> String {
    try rows(sql).first?.first ?? ""
  }

  /// Runs statements.
  public func execute(_ sql: String) throws {
    var connection = try PostgresConnection(try PostgresSettings(url: url))
    try connection.execute(sql)
  }
}
