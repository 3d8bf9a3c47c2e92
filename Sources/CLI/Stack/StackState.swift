import CProcess
import Glibc
import JSON

/// What a running stack tells other commands, in `.sluice/stack.json`.
struct StackState: Codable, Sendable, Equatable {
  var process: Int32
  /// For example `http://127.0.0.1:8080`.
  var front: String
  var awsEndpoint: String
  var databaseURL: String
  var bucket: String
  var queueURL: String
  var region: String
  /// The stub of the USAJOBS API, for example `http://127.0.0.1:40123`; nil when the stack leaves
  /// it to the user's own variables where postings come from.
  var usajobsStub: String?

  /// The variables that point any AWS SDK, libpq and `job-ingest` at the stack.
  var variables: [String: String] {
    var variables = LocalAWS.variables(endpoint: awsEndpoint, region: region)
    if let usajobsStub { variables.merge(LocalUSAJOBS.variables(stub: usajobsStub)) { $1 } }
    variables["DATABASE_URL"] = databaseURL
    variables["SLUICE_BUCKETS"] = bucket
    variables["SLUICE_QUEUE_URL"] = queueURL
    return variables
  }

  func write(to directory: StackDirectory) throws(CommandError) {
    let bytes = try orFail("the stack's state cannot be written") { try JSON.encode(self) }
    try Files.write(bytes + [UInt8(ascii: "\n")], to: directory.statePath)
  }

  /// The stack that runs in a directory, if one does.
  static func running(in path: String) throws(CommandError) -> StackState? {
    guard Files.exists("\(path)/stack.json") else { return nil }
    let directory = try StackDirectory(path)
    // A free lock means that the file was left behind.
    if try StackLock(directory) != nil { return nil }
    do {
      return try JSON.decode(StackState.self, from: Files.read(directory.statePath))
    } catch {
      throw CommandError(
        "\(directory.statePath) cannot be read: \(error)",
        advice: "Stop the stack and start it again.")
    }
  }
}

/// The AWS account of the local stack: nothing in it is secret.
package enum LocalAWS {
  package static let region = "us-east-1"
  static let bucket = "sluice-uploads"
  static let queue = "sluice-uploads"
  static let deadLetterQueue = "sluice-uploads-dead"
  /// Rejected records are written beside, under `rejected/`; they must not come back as uploads.
  static let prefix = "uploads/"

  package static func variables(endpoint: String, region: String = region) -> [String: String] {
    [
      "AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_ENDPOINT_URL": endpoint,
      "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
    ]
  }
}

/// How the local stack and its commands come by postings.
package enum LocalUSAJOBS {
  /// Whether somebody has said where postings come from: then they do, and there is no stub.
  package static func isChosen(in variables: [String: String]) -> Bool {
    ["USAJOBS_API_KEY", "USAJOBS_ENDPOINT"].contains { variables[$0]?.isEmpty == false }
  }

  /// What makes `job-ingest` ask the stub, as whoever it likes and without waiting between pages.
  package static func variables(stub: String) -> [String: String] {
    [
      "USAJOBS_ENDPOINT": stub + StubServer.searchPath, "USAJOBS_API_KEY": "local",
      "USAJOBS_EMAIL": "local@sluice.example", "USAJOBS_PAUSE_MS": "0",
    ]
  }
}

/// Where a stack keeps its things: `.sluice` in the project, and a short path under `/tmp` for
/// sockets, whose addresses hold 107 bytes only.
struct StackDirectory: Sendable {
  let path: String
  /// Holds the socket, and the data when the stack's own path is closed to the user `postgres`.
  let runtimePath: String

  init(_ given: String) throws(CommandError) {
    try Files.makeDirectory(given)
    path = Files.absolute(given)
    runtimePath = "\(Self.runtimeRoot)/\(RandomID.hex(Self.fingerprint(path), 16))"
  }

  private static var runtimeRoot: String { "/tmp/sluice-\(geteuid())" }

  var socketDirectory: String { "\(runtimePath)/socket" }
  var statePath: String { "\(path)/stack.json" }
  /// One JSON line for each load's report, in the order they came.
  var reportsPath: String { "\(path)/loads.ndjson" }

  /// The cluster's data: in the stack's directory, if the user it runs as can get there.
  func dataDirectory(for account: UserAccount?) -> String {
    let own = "\(path)/postgres"
    guard let account, !Files.isReachable(own, by: account) else { return own }
    return "\(runtimePath)/postgres"
  }

  /// Makes the directory under `/tmp`, and refuses one that somebody else put there.
  func prepare() throws(CommandError) {
    try Self.prepareRoot()
    try Files.makeDirectory(runtimePath)
  }

  /// Leaves nothing under `/tmp` but a cluster that had to be there.
  func tidy() {
    _ = unsafe rmdir(socketDirectory)
    _ = unsafe rmdir(runtimePath)
  }

  /// A directory of its own for a run that keeps nothing; the caller removes it.
  static func temporary() throws(CommandError) -> String {
    try prepareRoot()
    let path = "\(runtimeRoot)/\(RandomID.hex(.random(in: 0 ... .max), 16))"
    try Files.makeDirectory(path)
    return path
  }

  private static func prepareRoot() throws(CommandError) {
    try Files.makeDirectory(runtimeRoot)
    var entry = stat()
    guard unsafe lstat(runtimeRoot, &entry) == 0, entry.st_mode & S_IFMT == S_IFDIR,
      entry.st_uid == geteuid(), entry.st_mode & 0o022 == 0
    else {
      throw CommandError(
        "\(runtimeRoot) is not a directory of ours alone", advice: "Remove it and try again.")
    }
  }

  /// FNV-1a: the same path always leads to the same directory.
  static func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}

/// Held by a running stack; the kernel lets go of it when the stack ends, however it ends.
struct StackLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock, or returns nil when a stack runs in that directory.
  init?(_ directory: StackDirectory) throws(CommandError) {
    let path = "\(directory.path)/lock"
    let descriptor = unsafe cprocess_open_lock(path)
    guard descriptor >= 0 else { throw .system("open \(path)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
