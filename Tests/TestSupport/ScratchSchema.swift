internal import Glibc
public import Postgres
public import Testing

/// Names the schema that one test has to itself, and leads to it.
///
/// Get it with `try ScratchSchema.current` in a test or suite that carries `.scratchSchema`.
public struct ScratchSchema: Sendable {
  /// The schema's name, which needs no quotes.
  public let name: String
  /// The value of `DATABASE_URL` that makes this schema the first of the search path.
  public let databaseURL: String

  /// The schema of the test that runs.
  public static var current: ScratchSchema {
    get throws { try #require(bound, "the test needs the trait .scratchSchema") }
  }

  @TaskLocal static var bound: ScratchSchema?

  /// Whether there is a server to test with.
  public static var hasServer: Bool { serverURL != nil }

  /// The settings that lead to the schema.
  public var settings: PostgresSettings {
    get throws { try PostgresSettings(url: databaseURL) }
  }

  /// Connects; unqualified names mean the scratch schema.
  public func connect(
    onNotice: @escaping @Sendable (PostgresNotice) -> Void = { _ in }
  ) throws -> PostgresConnection {
    try PostgresConnection(settings, onNotice: onNotice)
  }

  /// The server of `TEST_DATABASE_URL`.
  static var serverURL: String? {
    guard let text = unsafe getenv("TEST_DATABASE_URL") else { return nil }
    let url = unsafe String(cString: text)
    return url.isEmpty ? nil : url
  }
}

/// Makes a schema for a test and drops it, with all that is in it, afterwards.
public struct ScratchSchemaTrait: TestTrait, SuiteTrait, TestScoping {
  /// Each test of a suite has a schema of its own.
  public var isRecursive: Bool { true }

  /// Runs the test inside its schema; without a server it runs as if there were no trait.
  @concurrent
  public func provideScope(
    for test: Test, testCase: Test.Case?,
    performing body: @concurrent @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil, let url = ScratchSchema.serverURL else { return try await body() }
    // Unique among processes too: test runs may share the server.
    let number = UInt64.random(in: .min ... .max)
    let name = "scratch_\(getpid())_\(String(number, radix: 36))"
    let scratch = ScratchSchema(
      name: name, databaseURL: Self.adding(searchPath: name, to: url))
    try Self.execute("create schema \(name)", url)
    do {
      try await ScratchSchema.$bound.withValue(scratch, operation: body)
    } catch {
      try? Self.execute("drop schema \(name) cascade", url)
      throw error
    }
    try Self.execute("drop schema \(name) cascade", url)
  }

  private static func execute(_ sql: String, _ url: String) throws {
    var connection = try PostgresConnection(PostgresSettings(url: url))
    try connection.execute(sql)
  }

  private static func adding(searchPath name: String, to url: String) -> String {
    let option = "options=-csearch_path%3D\(name)"
    return url + (url.contains("?") ? "&" : "?") + option
  }
}

extension Trait where Self == ScratchSchemaTrait {
  /// Gives each test a schema of its own on the server of `TEST_DATABASE_URL`.
  public static var scratchSchema: Self { Self() }
}
