import API
import CLI
import CSVFiles
import System
import Testing

@Suite struct `Command lines` {
  static func stack(_ change: (inout StackOptions) -> Void) -> StackOptions {
    changed(StackOptions(), change)
  }

  static func changed<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
    var value = value
    change(&value)
    return value
  }

  static func ingest(
    _ event: String, _ change: (inout IngestCommand) -> Void = { _ in }
  ) -> IngestCommand {
    changed(IngestCommand()) { command in
      command.event = Array(event.utf8)
      change(&command)
    }
  }

  static func samples(_ change: (inout SampleSize) -> Void = { _ in }) -> GenerateCommand {
    .samples(directory: "d", changed(SampleSize(), change))
  }

  static let understood: [(line: String, command: any Subcommand)] = [
    ("local", LocalCommand()),
    (
      "local --port 9000 --directory /tmp/x",
      LocalCommand(stack { ($0.port, $0.directory) = (9000, "/tmp/x") })
    ),
    (
      "users add ada --role admin --database d",
      changed(UsersCommand(.add("ada", role: "admin"))) { $0.database.url = "d" }
    ),
    ("users add ada", UsersCommand(.add("ada", role: "reader"))),
    ("users list --directory x", changed(UsersCommand(.list)) { $0.database.directory = "x" }),
    ("users disable ada", UsersCommand(.disable("ada"))),
    ("users enable ada", UsersCommand(.enable("ada"))),
    ("users password ada", UsersCommand(.password("ada"))),
    ("local --port=0", LocalCommand(stack { $0.port = 0 })),
    ("local --every 15m", LocalCommand(stack { $0.ingestInterval = .seconds(900) })),
    ("local --every=2h", LocalCommand(stack { $0.ingestInterval = .seconds(7200) })),
    ("usajobs-stub", StubCommand()),
    (
      "usajobs-stub --port 9 --postings 3 --locations 2 --seed 7 --latency-ms 5",
      StubCommand(
        changed(StubOptions()) {
          ($0.port, $0.postings, $0.locations, $0.seed, $0.latencyMilliseconds) = (9, 3, 2, 7, 5)
        })
    ),
    ("load a.csv", LoadCommand(["a.csv"])),
    (
      "load a s3://b/c --package p --dataset d --database u --directory x --again --format json",
      changed(LoadCommand(["a", "s3://b/c"])) {
        ($0.package, $0.dataset, $0.database.url) = ("p", "d", "u")
        ($0.database.directory, $0.isForced, $0.isJSON) = ("x", true, true)
      }
    ),
    ("validate --package p", changed(ValidateCommand([])) { $0.package = "p" }),
    (
      "validate a b --dataset d --max 3 --format csv",
      changed(ValidateCommand(["a", "b"])) { ($0.dataset, $0.most, $0.form) = ("d", 3, .csv) }
    ),
    ("infer -", InferCommand("-")),
    (
      "infer a --key x,y --name n --table t --header no --sample 9 --into p --force",
      changed(InferCommand("a")) {
        ($0.options.key, $0.options.name, $0.options.table) = (["x", "y"], "n", "t")
        ($0.options.hasHeader, $0.options.limit) = (false, 9)
        ($0.target, $0.isForced) = ("p", true)
      }
    ),
    ("ingest", IngestCommand()),
    (
      "ingest --search a --endpoint http://x/y --directory d",
      ingest(#"{"search":"a"}"#) { ($0.endpoint, $0.directory) = ("http://x/y", "d") }
    ),
    (
      "ingest remote=true --keyword data --days 7 --location Chicago --radius=50 keyword=b=c",
      ingest(
        #"{"keyword":["data","b=c"],"locationName":"Chicago","radius":"50","postedWithinDays":"7""#
          + #","remote":"true"}"#)
    ),
    ("local --bootstrap ./b", LocalCommand(stack { $0.bootstrap = "./b" })),
    (
      "local --once swift test --port 1", LocalCommand(once: ["swift", "test", "--port", "1"])
    ),
    ("services -- swift test", ServicesCommand(["swift", "test"])),
    ("services true", ServicesCommand(["true"])),
    ("upload a.csv b.csv", UploadCommand(["a.csv", "b.csv"])),
    ("upload a.csv --key k", UploadCommand(["a.csv"], key: "k")),
    ("upload a b --key k/", UploadCommand(["a", "b"], key: "k/")),
    ("invoke api e.json", InvokeCommand("api", event: "e.json")),
    ("invoke api -", InvokeCommand("api", event: "-")),
    ("demo", DemoCommand()),
    ("demo --stay", DemoCommand(stays: true)),
    ("demo --once", DemoCommand()),
    ("generate d", samples()),
    (
      "generate d --seed 7 --hires 10 --incomplete 3",
      samples { ($0.seed, $0.hires, $0.incomplete) = (7, 10, 3) }
    ),
    // Few hires lower the default of incomplete ones.
    ("generate d --hires 20", samples { ($0.hires, $0.incomplete) = (20, 20) }),
    (
      "generate --large orders --megabytes 5 --seed 3 --bad 0.01 --truth t.csv -",
      GenerateCommand.large(
        changed(LargeFile(.orders)) {
          ($0.size, $0.seed, $0.badPerMillion) = (.bytes(5_000_000), 3, 10_000)
        }, path: "-", truth: "t.csv")
    ),
    (
      "generate --large hires f.csv",
      GenerateCommand.large(LargeFile(.hires), path: "f.csv", truth: nil)
    ),
  ]

  @Test(arguments: understood)
  func `a command line is understood`(line: String, command: any Subcommand) throws {
    guard case .run(let read) = try Command(line.split(separator: " ").map(String.init)) else {
      Issue.record("no command")
      return
    }
    let isEqual = Self.isEqual(command, read)
    #expect(isEqual, "\(read)")
  }

  static func isEqual<First: Subcommand>(_ first: First, _ second: any Subcommand) -> Bool {
    first == second as? First
  }

  static let refused: [(line: String, part: String)] = [
    ("lcoal", "Did you mean sluice local?"),
    ("serve", "sluice has no command serve"),
    ("local --prot 3", "Did you mean --port?"),
    ("local --port", "--port needs a value"),
    ("local --port 70000", "from 0 to 65535, not 70000"),
    ("local --port x", "not x"),
    ("local --every 15", "a time such as 30s, 15m, 6h or 1d, not 15"),
    ("local --every 0m", "not 0m"),
    ("local --every 32d", "not 32d"),
    ("local --every -1s", "not -1s"),
    ("local --every 99999999999999999999s", "not 99999999999999999999s"),
    ("local --every é", "not é"),
    ("usajobs-stub x", "does not take x"),
    ("users", "needs add|list|disable|enable|password [NAME]"),
    ("users remove ada", "does not know remove"),
    ("users add", "needs a NAME"),
    ("users add ada bob", "does not take bob"),
    ("users list ada", "does not take ada"),
    ("users add ada --role root", "reader, writer, admin, not root"),
    ("users disable ada --role admin", "--role goes with sluice users add"),
    ("usajobs-stub --postings -1", "from 0 to 100000, not -1"),
    ("usajobs-stub --locations 0", "from 1 to 2000, not 0"),
    ("ingest keyword", "is KEY=VALUE, not keyword"),
    ("ingest =x", "is KEY=VALUE, not =x"),
    ("ingest --search a --keyword b", "--search names a saved search"),
    ("ingest -- x", "does not take -- x"),
    ("local extra", "does not take extra"),
    ("local --once", "--once needs a command"),
    ("services", "needs a command"),
    ("upload", "needs FILE…"),
    ("upload a b --key k", "one key cannot name 2 files"),
    ("invoke api", "needs HANDLER EVENT.json"),
    ("invoke api a b", "does not take b"),
    ("infer", "needs FILE"),
    ("infer a b", "does not take b"),
    ("infer a --header maybe", "--header takes yes or no"),
    ("infer a --sample 0", "from 1"),
    ("validate", "needs FILE…"),
    ("validate a --max x", "not x"),
    ("validate a --format yaml", "--format takes text or json or csv"),
    ("load", "needs FILE|s3"),
    ("load a --format csv", "--format takes json"),
    ("load a --agian", "Did you mean --again?"),
    ("demo --stay --once", "exclude each other"),
    ("demo --stay=yes", "takes no value"),
    ("generate d --hires -1", "from 0"),
    ("generate d --hires 5 --incomplete 6", "from 0 to 5, not 6"),
    ("generate f --bad 0.1", "--bad is for a large file; give --large hires"),
    ("generate f --large people", "--large takes hires or orders, not people"),
    ("generate f --large hires --hires 5", "--hires is for the sample files"),
    ("generate f --large hires --records 5 --megabytes 5", "exclude each other"),
    ("generate f --large hires --records -1", "from 0"),
    ("generate f --large hires --bad 1.5", "a share from 0 to 1, not 1.5"),
    ("generate f --large hires --bad x", "a share from 0 to 1, not x"),
    ("demo -- x", "does not take -- x"),
    ("help nothing", "sluice has no command nothing"),
  ]

  @Test(arguments: refused)
  func `a slip is refused with what to do next and status 2`(line: String, part: String) {
    let error = #expect(throws: CommandError.self) {
      try Command(line.split(separator: " ").map(String.init))
    }
    #expect(error?.status == 2)
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("sluice") == true)
  }

  @Test(arguments: [
    "local", "services", "upload", "infer", "validate", "load", "users", "invoke", "demo",
    "generate", "ingest", "usajobs-stub",
  ])
  func `every command has a help`(name: String) throws {
    let text = try #require(Self.help(Command([name, "--help"])))
    #expect(text.hasPrefix("usage: sluice \(name)"))
    #expect(Self.help(try Command(["help", name])) == text)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.hasPrefix("usage") })
    let overview = try #require(Self.help(Command([])))
    #expect(overview.contains("\n  \(name)"))
  }

  static func help(_ command: Command) -> String? {
    guard case .help(let text) = command else { return nil }
    return text
  }

  @Test func `the version is a command of its own`() throws {
    guard case .version = try Command(["--version"]) else {
      Issue.record("no version")
      return
    }
  }

  static let distances = [("", "", 0), ("port", "port", 0), ("prot", "port", 2), ("a", "", 1)]

  @Test(arguments: distances)
  func `edit distance counts changes`(first: String, second: String, distance: Int) {
    #expect(Suggestion.distance(first, second) == distance)
    #expect(Suggestion.distance(second, first) == distance)
  }

  static let keys: [(file: String, given: String?, key: String)] = [
    ("people.csv", nil, "uploads/people/people.csv"),
    ("/a/b/hires.csv.gz", nil, "uploads/hires/hires.csv.gz"),
    ("/a/plain", nil, "uploads/plain/plain"),
    (".hidden", nil, "uploads/.hidden/.hidden"),
    ("a.csv", "x/y.csv", "x/y.csv"),
    ("b/a.csv", "x/", "x/a.csv"),
  ]

  @Test(arguments: keys)
  func `an upload's key comes of the file's name`(file: String, given: String?, key: String) {
    #expect(UploadCommand.key(of: file, given: given) == key)
  }
}
