import CLI
import Glibc
import Synchronization
import Testing

/// The command itself, with real servers and the real handlers.
@Suite(
  .enabled(
    if: ProcessEnvironment.all["TEST_AWS_ENDPOINT_URL"] != nil,
    "set TEST_AWS_ENDPOINT_URL, as sluice services does"),
  .serialized
)
struct `The command sluice` {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  /// Runs the built command in the package's root and returns its status and what it printed.
  static func sluice(_ arguments: [String]) throws -> (status: Int32, lines: [String]) {
    let lines = `Handler processes`.Lines()
    let status = try ChildCommand(
      "\(root)/.build/debug/sluice", arguments, environment: ProcessEnvironment.all,
      directory: root, onLine: { lines.add($0) }
    ).run()
    return (status.shellStatus, lines.all)
  }

  static func withDirectory<R>(_ body: (String) throws -> R) throws -> R {
    let directory = "/tmp/sluice-test-\(RandomID.uuid())"
    try Files.makeDirectory(directory)
    defer { Files.removeTree(directory) }
    return try body(directory)
  }

  @Test func `demo loads the sample files, and loading again changes nothing`() throws {
    try Self.withDirectory { directory in
      let (status, lines) = try Self.sluice(["demo", "--directory", directory, "--port", "0"])
      #expect(status == 0, "\(lines.joined(separator: "\n"))")
      let hires = lines.filter { $0.contains("hired_employees.csv → hired_employees: ") }
      #expect(hires.first?.contains("2000 read = 1930 inserted + 70 rejected") == true)
      #expect(hires.count == 2)
      #expect(lines.contains { $0.contains("people: loaded, 15 read = 15 inserted") })
      #expect(lines.contains { $0.split(separator: " ") == ["hired_employees", "1930", "1930"] })
      #expect(lines.contains { $0.split(separator: " ") == ["people", "15", "15"] })
      #expect(Self.figures(lines, "the first") == [78, 78, 0, 0, 0])
      #expect(Self.figures(lines, "once more") == [78, 0, 0, 78, 0])
      #expect(Self.figures(lines, Self.changes) == [80, 3, 2, 75, 1])
      // The database remembers, the stub begins anew: back to what it was, and on from there.
      let again = try Self.sluice(["demo", "--directory", directory, "--port", "0"])
      #expect(again.status == 0, "\(again.lines.joined(separator: "\n"))")
      #expect(Self.figures(again.lines, "the first") == [78, 0, 3, 75, 3])
      #expect(Self.figures(again.lines, Self.changes) == [80, 3, 2, 75, 1])
    }
  }

  static let changes = "2 changed, 1 dropped, 3 added at the stub"

  /// What a run of the demonstration found, inserted, updated, left unchanged and closed.
  static func figures(_ lines: [String], _ run: String) -> [Int] {
    let line = lines.first { $0.hasPrefix("  \(run) ") } ?? ""
    return line.dropFirst(2 + run.count).split(separator: " ").compactMap { Int($0) }
  }

  @Test func `local runs a command in the stack and exits with its status`() throws {
    try Self.withDirectory { directory in
      let script = """
        '\(Self.root)/.build/debug/sluice' invoke api \
        '\(Self.root)/events/api.http-v2-metrics.json' --directory '\(directory)' || exit 1
        exit 7
        """
      let (status, lines) = try Self.sluice([
        "local", "--directory", directory, "--port", "0", "--once", "bash", "-c", script,
      ])
      #expect(status == 7, "\(lines.joined(separator: "\n"))")
      #expect(lines.contains { $0.contains("\"statusCode\"") })
      #expect(!Files.exists("\(directory)/stack.json"))
    }
  }

  @Test func `services gives a command its servers and nothing after it`() throws {
    let script = #"echo "url $TEST_DATABASE_URL"; curl -sf "$TEST_AWS_ENDPOINT_URL" >&2; exit 3"#
    let (status, lines) = try Self.sluice(["services", "--", "bash", "-c", script])
    #expect(status == 3)
    let url = try #require(lines.first { $0.hasPrefix("url ") })
    let start = try #require(url.firstRange(of: "host=")).upperBound
    let socket = String(url[start...].prefix { $0 != "&" })
    #expect(!Files.exists(socket))
  }

  @Test func `invoke without a stack shows an init error and exits with 1`() throws {
    try Self.withDirectory { directory in
      let (status, lines) = try Self.sluice([
        "invoke", "no-such-handler", "\(Self.root)/events/api.http-v2.json", "--directory",
        directory,
      ])
      #expect(status == 1)
      #expect(lines.contains { $0.contains("csv-load") }, "the known handlers are listed")
    }
  }

  @Test func `a file that is missing is told, with status 1`() throws {
    try Self.withDirectory { directory in
      let (status, lines) = try Self.sluice([
        "invoke", "api", "/nonexistent.json", "--directory", directory,
      ])
      #expect(status == 1)
      #expect(lines == ["sluice: cannot read /nonexistent.json: No such file or directory"])
    }
  }

  @Test func `a wrong command line is told, with status 2`() throws {
    let (status, lines) = try Self.sluice(["lcoal"])
    #expect(status == 2)
    #expect(lines == ["sluice: sluice has no command lcoal", "Did you mean sluice local?"])
  }
}
