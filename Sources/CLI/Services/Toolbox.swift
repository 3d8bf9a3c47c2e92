/// Where the programs we start are found.
struct Toolbox {
  var variables: [String: String]

  init(_ variables: [String: String] = ProcessEnvironment.all) {
    self.variables = variables
  }

  /// A program of PostgreSQL's server, which Debian keeps out of `PATH`: the newest version.
  func postgres(_ program: String) throws(CommandError) -> String {
    let installed = Files.matching("/usr/lib/postgresql/*/bin/\(program)").max {
      Self.version(in: $0) < Self.version(in: $1)
    }
    if let found = installed ?? inPath(program) { return found }
    throw CommandError(
      "\(program) of PostgreSQL is not installed", advice: "Run scripts/internal/install.")
  }

  func moto() throws(CommandError) -> String {
    if let set = variables["SLUICE_MOTO"], !set.isEmpty {
      guard Files.isExecutable(set) else {
        throw CommandError("SLUICE_MOTO names no program: \(set)")
      }
      return Files.rooted(set)
    }
    let own = "\(Files.workingDirectory)/.build/tools/venv/bin/moto_server"
    if Files.isExecutable(own) { return own }
    if let found = inPath("moto_server") { return found }
    throw CommandError(
      "moto_server, which imitates S3 and SQS, is not installed",
      advice: "Run scripts/internal/install.")
  }

  /// `bootstrap` stands beside `sluice`.
  func bootstrap(_ given: String?) throws(CommandError) -> String {
    let own = Files.absolute("/proc/self/exe")
    let path = given ?? "\(Files.parent(of: own) ?? "")/bootstrap"
    guard Files.isExecutable(path) else {
      throw CommandError(
        "there is no program \(path)",
        advice: "Build it with swift build --product bootstrap, or name another: --bootstrap PATH.")
    }
    // Kept as given: a rebuild may replace what a link points at.
    return Files.rooted(path)
  }

  /// A program named as in a shell: with a slash a path, else looked up in `PATH`.
  func program(_ name: String) throws(CommandError) -> String {
    if name.contains("/") {
      guard Files.isExecutable(name) else { throw CommandError("there is no program \(name)") }
      return Files.rooted(name)
    }
    if let found = inPath(name) { return found }
    throw CommandError("\(name) is not in PATH")
  }

  func inPath(_ name: String) -> String? {
    (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { Files.isExecutable($0) }
  }

  private static func version(in path: String) -> Int {
    path.split(separator: "/").compactMap { Int($0) }.first ?? 0
  }
}
