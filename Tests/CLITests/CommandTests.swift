import API
import CLI
import CSVFiles
import TextSearch
import Testing

@Suite struct `Command lines` {
  static func options(
    _ change: (inout StackOptions) -> Void = { _ in }
  ) -> StackOptions {
    var options = StackOptions()
    change(&options)
    return options
  }

  static func stub(_ change: (inout StubOptions) -> Void) -> StubOptions {
    var options = StubOptions()
    change(&options)
    return options
  }

  static func ingest(
    _ event: String, _ change: (inout IngestOptions) -> Void = { _ in }
  ) -> IngestOptions {
    var options = IngestOptions()
    options.event = Array(event.utf8)
    change(&options)
    return options
  }

  static func load(
    _ sources: [String], _ change: (inout LoadRequest) -> Void = { _ in }
  ) -> LoadRequest {
    var request = LoadRequest(sources)
    change(&request)
    return request
  }

  static func users(
    _ action: UsersRequest.Action, _ change: (inout UsersRequest) -> Void = { _ in }
  ) -> UsersRequest {
    var request = UsersRequest(action)
    change(&request)
    return request
  }

  static func validate(
    _ files: [String], _ change: (inout ValidateRequest) -> Void
  ) -> ValidateRequest {
    var request = ValidateRequest(files)
    change(&request)
    return request
  }

  static func infer(_ file: String, _ change: (inout InferRequest) -> Void) -> InferRequest {
    var request = InferRequest(file)
    change(&request)
    return request
  }

  static let understood: [(line: String, command: Command)] = [
    ("--version", .version),
    ("local", .local(options(), once: nil)),
    (
      "local --port 9000 --directory /tmp/x",
      .local(options { ($0.port, $0.directory) = (9000, "/tmp/x") }, once: nil)
    ),
    (
      "users add ada --role admin --database d",
      .users(users(.add("ada", role: "admin")) { $0.database = "d" })
    ),
    ("users add ada", .users(users(.add("ada", role: "reader")))),
    ("users list --directory x", .users(users(.list) { $0.directory = "x" })),
    ("users disable ada", .users(users(.disable("ada")))),
    ("users enable ada", .users(users(.enable("ada")))),
    ("users password ada", .users(users(.password("ada")))),
    ("local --port=0", .local(options { $0.port = 0 }, once: nil)),
    ("local --every 15m", .local(options { $0.ingestInterval = .seconds(900) }, once: nil)),
    ("local --every=2h", .local(options { $0.ingestInterval = .seconds(7200) }, once: nil)),
    ("usajobs-stub", .usajobsStub(StubOptions())),
    (
      "usajobs-stub --port 9 --postings 3 --locations 2 --seed 7 --latency-ms 5",
      .usajobsStub(
        stub {
          ($0.port, $0.postings, $0.locations, $0.seed, $0.latencyMilliseconds) = (9, 3, 2, 7, 5)
        })
    ),
    ("load a.csv", .load(load(["a.csv"]))),
    (
      "load a s3://b/c --package p --dataset d --database u --directory x --again --format json",
      .load(
        load(["a", "s3://b/c"]) {
          ($0.package, $0.dataset, $0.database) = ("p", "d", "u")
          ($0.directory, $0.isForced, $0.isJSON) = ("x", true, true)
        })
    ),
    ("validate --package p", .validate(validate([]) { $0.package = "p" })),
    (
      "validate a b --dataset d --max 3 --format csv",
      .validate(validate(["a", "b"]) { ($0.dataset, $0.most, $0.form) = ("d", 3, .csv) })
    ),
    ("infer -", .infer(InferRequest("-"))),
    (
      "infer a --key x,y --name n --table t --header no --sample 9 --into p --force",
      .infer(
        infer("a") {
          ($0.options.key, $0.options.name, $0.options.table) = (["x", "y"], "n", "t")
          ($0.options.hasHeader, $0.options.limit) = (false, 9)
          ($0.target, $0.isForced) = ("p", true)
        })
    ),
    ("ingest", .ingest(IngestOptions())),
    (
      "ingest --search a --endpoint http://x/y --directory d",
      .ingest(
        ingest(#"{"search":"a"}"#) { ($0.endpoint, $0.directory) = ("http://x/y", "d") })
    ),
    (
      "ingest remote=true --keyword data --days 7 --location Chicago --radius=50 keyword=b=c",
      .ingest(
        ingest(
          #"{"keyword":["data","b=c"],"locationName":"Chicago","radius":"50","postedWithinDays":"7""#
            + #","remote":"true"}"#))
    ),
    ("local --bootstrap ./b", .local(options { $0.bootstrap = "./b" }, once: nil)),
    (
      "local --once swift test --port 1", .local(options(), once: ["swift", "test", "--port", "1"])
    ),
    ("services -- swift test", .services(["swift", "test"])),
    ("services true", .services(["true"])),
    ("upload a.csv b.csv", .upload(files: ["a.csv", "b.csv"], key: nil, directory: ".sluice")),
    ("upload a.csv --key k", .upload(files: ["a.csv"], key: "k", directory: ".sluice")),
    ("upload a b --key k/", .upload(files: ["a", "b"], key: "k/", directory: ".sluice")),
    ("invoke api e.json", .invoke(handler: "api", event: "e.json", options())),
    ("invoke api -", .invoke(handler: "api", event: "-", options())),
    ("demo", .demo(options(), stays: false)),
    ("demo --stay", .demo(options(), stays: true)),
    ("demo --once", .demo(options(), stays: false)),
    ("generate d", .generate(directory: "d", SampleSize())),
  ]

  @Test(arguments: understood)
  func `a command line is understood`(line: String, command: Command) throws {
    #expect(try Command(line.split(separator: " ").map(String.init)) == command)
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
    "local", "services", "upload", "infer", "validate", "load", "invoke", "demo", "generate",
    "ingest", "usajobs-stub",
  ])
  func `every command has a help`(name: String) throws {
    guard case .help(let text) = try Command([name, "--help"]) else {
      Issue.record("no help")
      return
    }
    #expect(text.hasPrefix("usage: sluice \(name)"))
    #expect(try Command(["help", name]) == .help(text))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.hasPrefix("usage") })
    guard case .help(let overview) = try Command([]) else {
      Issue.record("no overview")
      return
    }
    #expect(overview.contains("\n  \(name)"))
  }

  @Test func `generate takes its sizes`() throws {
    var size = SampleSize()
    (size.seed, size.hires, size.incomplete) = (7, 10, 3)
    let words = ["generate", "d", "--seed", "7", "--hires", "10", "--incomplete", "3"]
    #expect(try Command(words) == .generate(directory: "d", size))
  }

  @Test func `few hires lower the default of incomplete ones`() throws {
    var size = SampleSize()
    (size.hires, size.incomplete) = (20, 20)
    #expect(try Command(["generate", "d", "--hires", "20"]) == .generate(directory: "d", size))
  }

  @Test func `generate takes the size and the bad share of a large file`() throws {
    var file = LargeFile(.orders)
    (file.size, file.seed, file.badPerMillion) = (.bytes(5_000_000), 3, 10_000)
    let words = "generate --large orders --megabytes 5 --seed 3 --bad 0.01 --truth t.csv -"
    #expect(
      try Command(words.split(separator: " ").map(String.init))
        == .generateLarge(file, path: "-", truth: "t.csv"))
    #expect(
      try Command(["generate", "--large", "hires", "f.csv"])
        == .generateLarge(LargeFile(.hires), path: "f.csv", truth: nil))
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
    #expect(UploadKey.of(file, given: given) == key)
  }
}
