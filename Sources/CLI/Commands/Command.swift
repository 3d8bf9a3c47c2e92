internal import TextSearch

/// What a command line asks for.
package enum Command: Sendable, Equatable {
  case help(String)
  case version
  case local(StackOptions, once: [String]?)
  case services([String])
  case upload(files: [String], key: String?, directory: String)
  case invoke(handler: String, event: String, StackOptions)
  case demo(StackOptions, stays: Bool)
  case generate(directory: String, SampleSize)
  case generateLarge(LargeFile, path: String, truth: String?)
  case usajobsStub(StubOptions)
  case ingest(IngestOptions)
  case infer(InferRequest)
  case validate(ValidateRequest)
  case load(LoadRequest)
  case users(UsersRequest)

  /// Reads a command line, without the program's name.
  package init(_ arguments: [String]) throws(CommandError) {
    guard let name = arguments.first, name != "--help", name != "-h" else {
      self = .help(CommandSpec.overview)
      return
    }
    if name == "help" {
      self = .help(try arguments.dropFirst().first.map(Self.spec)?.help ?? CommandSpec.overview)
      return
    }
    if name == "--version" {
      self = .version
      return
    }
    let line = try CommandLineReader(Array(arguments.dropFirst()), try Self.spec(name))
    self = line.asksForHelp ? .help(line.spec.help) : try Self.read(line)
  }

  private static func spec(_ name: String) throws(CommandError) -> CommandSpec {
    if let spec = CommandSpec.all.first(where: { $0.name == name }) { return spec }
    let nearest = Suggestion.nearest(to: name, among: CommandSpec.all.map(\.name))
    throw CommandError(
      "sluice has no command \(name)",
      advice: nearest.map { "Did you mean sluice \($0)?" } ?? "See sluice --help.", status: 2)
  }

  private static func read(_ line: CommandLineReader) throws(CommandError) -> Command {
    switch line.spec.name {
    case "local":
      try line.expectOperands(0...0)
      if let rest = line.rest, rest.isEmpty { throw line.misuse("--once needs a command to run") }
      var options = try stack(line)
      options.ingestInterval = try line.duration("--every")
      return .local(options, once: line.rest)
    case "services":
      // Without -- the operands are the command, as long as it has no options.
      let command = line.operands + (line.rest ?? [])
      guard !command.isEmpty else { throw line.misuse("sluice services needs a command to run") }
      return .services(command)
    case "upload":
      try line.expectOperands(1...Int.max)
      try line.expectNoRest()
      if let key = line.text("--key"), line.operands.count > 1, !key.hasSuffix("/") {
        throw line.misuse("one key cannot name \(line.operands.count) files; end it in /")
      }
      return .upload(
        files: line.operands, key: line.text("--key"), directory: try stack(line).directory)
    case "invoke":
      try line.expectOperands(2...2)
      try line.expectNoRest()
      return .invoke(handler: line.operands[0], event: line.operands[1], try stack(line))
    case "demo":
      try line.expectOperands(0...0)
      try line.expectNoRest()
      if line.has("--stay"), line.has("--once") {
        throw line.misuse("--stay and --once exclude each other")
      }
      return .demo(try stack(line), stays: line.has("--stay"))
    case "ingest":
      try line.expectNoRest()
      return .ingest(try ingest(line))
    case "infer": return .infer(try infer(line))
    case "validate": return .validate(try validate(line))
    case "load": return .load(try load(line))
    case "users": return .users(try users(line))
    case "usajobs-stub":
      try line.expectOperands(0...0)
      try line.expectNoRest()
      return .usajobsStub(try stub(line))
    default:
      try line.expectOperands(1...1)
      try line.expectNoRest()
      if let file = try LargeFile(line) {
        return .generateLarge(file, path: line.operands[0], truth: line.text("--truth"))
      }
      return .generate(directory: line.operands[0], try sampleSize(line))
    }
  }

  private static func stack(_ line: CommandLineReader) throws(CommandError) -> StackOptions {
    var options = StackOptions()
    options.directory = line.text("--directory") ?? options.directory
    options.bootstrap = line.text("--bootstrap")
    options.port = UInt16(
      clamping: try line.number("--port", default: Int(options.port), in: 0...65_535))
    return options
  }

  private static func ingest(_ line: CommandLineReader) throws(CommandError) -> IngestOptions {
    var options = IngestOptions()
    options.directory = line.text("--directory") ?? options.directory
    options.endpoint = line.text("--endpoint")
    var parameters: [(key: String, value: String)] = []
    for option in IngestRequestText.options {
      if let value = line.text(option.name) { parameters.append((option.key, value)) }
    }
    for operand in line.operands {
      let parts = operand.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw line.misuse("a parameter of the search is KEY=VALUE, not \(operand)")
      }
      parameters.append((String(parts[0]), String(parts[1])))
    }
    if let name = line.text("--search") {
      guard parameters.isEmpty else {
        throw line.misuse("--search names a saved search, which has its own parameters")
      }
      parameters = [("search", name)]
    }
    options.event = IngestRequestText.json(parameters)
    return options
  }

  private static func stub(_ line: CommandLineReader) throws(CommandError) -> StubOptions {
    var options = StubOptions()
    options.port = UInt16(
      clamping: try line.number("--port", default: Int(options.port), in: 0...65_535))
    options.postings = try line.number("--postings", default: options.postings, in: 0...100_000)
    options.locations = try line.number("--locations", default: options.locations, in: 1...2000)
    options.seed = UInt64(
      clamping: try line.number("--seed", default: Int(options.seed), in: 0...Int.max))
    options.latencyMilliseconds = try line.number("--latency-ms", default: 0, in: 0...600_000)
    return options
  }

  private static func sampleSize(_ line: CommandLineReader) throws(CommandError) -> SampleSize {
    var size = SampleSize()
    size.seed = UInt64(
      clamping: try line.number("--seed", default: Int(size.seed), in: 0...Int.max))
    size.hires = try line.number("--hires", default: size.hires, in: 0...50_000_000)
    let incomplete = min(size.incomplete, size.hires)
    size.incomplete = try line.number("--incomplete", default: incomplete, in: 0...size.hires)
    return size
  }
}
