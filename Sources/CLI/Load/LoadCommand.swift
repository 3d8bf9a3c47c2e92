import System
import CSVLoad
import Datasets
import Glibc
import LambdaEvents
import LambdaRuntime
import Synchronization
internal import Tables

/// `sluice load`: what `csv-load` does, from a terminal and without Lambda.
package struct LoadCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "load", operands: "FILE|s3://BUCKET/KEY…", operandCount: 1...Int.max,
    summary: "Loads CSV files into the database, as csv-load does.",
    options: [
      .package, .dataset, .database,
      OptionSpec("--again", nil, "load content again that was loaded before"),
      OptionSpec("--format", "json", "print the report as csv-load returns it"),
      .directory,
    ],
    details: """
      Uses the same validation, transaction and ledger as on Lambda: a file is loaded entirely or not
      at all, and the same content only once until the file changes. Files can be compressed with
      gzip or zstd. Loads into the database of the stack that runs in the stack's directory, otherwise
      into the one that DATABASE_URL or the PG variables name. Rejected records go to
      NAME.rejected.csv next to the file, or to the next free name like it; fix them there and load
      that file with --dataset. Ctrl-C rolls back the current load. The exit status is 0 if every
      record was loaded, 3 if some were rejected, 1 if a file was not loaded, 2 if the command line is
      invalid, and 130 after Ctrl-C.
      """)

  /// As long as any file may take: nothing ends us as Lambda would.
  private static let patience = Duration.seconds(7 * 86_400)

  /// Files, and objects as `s3://bucket/key`, in the order to load them.
  package var sources: [String]
  package var package: String?
  package var dataset: String?
  package var database = DatabaseChoice()
  /// Whether content that was loaded before is loaded again.
  package var isForced = false
  /// Whether the report is JSON, for scripts.
  package var isJSON = false

  package init(_ sources: [String]) { self.sources = sources }

  package init(_ line: CommandLineReader) throws(CommandError) {
    sources = line.operands
    package = line.text("--package")
    dataset = line.text("--dataset")
    database = DatabaseChoice(line)
    isForced = line.has("--again")
    isJSON = try line.format(among: ["json"]) == "json"
  }

  package func run() throws(CommandError) -> Int32 {
    let sources = try self.sources.map { (operand) throws(CommandError) in
      guard let source = LoadSource(operand) else {
        throw CommandError(
          "\(operand) names no object", advice: "An object is s3://bucket/key.", status: 2)
      }
      return (name: operand, source: source)
    }
    let signals = try StopSignals()
    let variables = try database.variables()
    let package = try PackageChoice.read(given: self.package, variables)
    var options = LoadOptions()
    options.dataset = try PackageChoice.dataset(named: dataset, in: package)
    options.isForced = isForced
    let screen = LoadScreen()
    let relay = try LogRelay(leavingOut: "Load") { screen.line.note($0) }
    let canceller = try LoadCanceller(signals, variables)
    options.onProgress = canceller.watcher(screen)
    var session = LoadSession(
      package: package, variables: EnvironmentVariables(variables), options: options)
    let context = InvocationContext(
      requestID: RandomID.uuid(), deadline: .after(Self.patience), log: relay.log)
    var summary = LoadSummary()
    for (name, source) in sources where !summary.isInterrupted {
      screen.begin(Files.name(of: name))
      summary.add(name, try session.load(source, context, canceller))
    }
    relay.finish()
    screen.line.clear()
    summary.show(isJSON: isJSON)
    return summary.exitStatus
  }
}

/// Where the bytes of one load come from.
enum LoadSource {
  case file(path: String)
  case object(bucket: String, key: String)

  /// As reports have it.
  var address: (bucket: String, key: String) {
    switch self {
    case .file(let path): ("file", path)
    case .object(let bucket, let key): (bucket, key)
    }
  }

  /// Reads an operand; nil when it looks like an object's address and is none.
  init?(_ operand: String) {
    guard operand.hasPrefix("s3://") else {
      self = .file(path: Self.path(operand))
      return
    }
    let parts = operand.dropFirst(5).split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self = .object(bucket: String(parts[0]), key: String(parts[1]))
  }

  /// One path for a file however its folder is named; a link keeps its name, which leads to a dataset.
  private static func path(_ operand: String) -> String {
    let rooted = Files.rooted(operand)
    guard let parent = Files.parent(of: rooted) else { return rooted }
    return "\(Files.absolute(parent))/\(Files.name(of: rooted))"
  }
}

/// The loaders of one run of the command, each made when it is first needed.
private struct LoadSession: ~Copyable {
  let package: DataPackage
  let variables: EnvironmentVariables
  let options: LoadOptions
  var files: FileLoader?
  var objects: ObjectLoader?

  /// Loads one file or object; what may succeed later is a failure too, and changed nothing.
  mutating func load(
    _ source: LoadSource, _ context: InvocationContext, _ canceller: borrowing LoadCanceller
  ) throws(CommandError) -> LoadReport {
    do {
      switch source {
      case .file(let path):
        var loader = try files.take() ?? FileLoader(package: package, variables: variables)
        loader.options = options
        let result = Result { try loader.load(path, context: context) }
        files = consume loader
        return try result.get()
      case .object(let bucket, let key):
        var loader = try objects.take() ?? ObjectLoader(package: package, variables: variables)
        loader.options = options
        let object = ObjectNotification(bucket: bucket, key: key)
        let result = Result { try loader.load(object, context: context) }
        objects = consume loader
        return try result.get()
      }
    } catch let fault as LoadFault {
      return Self.report(fault, of: source, isInterrupted: canceller.hasStopped)
    } catch {
      throw DatabaseChoice.failure(error)
    }
  }

  private static func report(
    _ fault: LoadFault, of source: LoadSource, isInterrupted: Bool
  ) -> LoadReport {
    let (bucket, key) = source.address
    var report = LoadReport(bucket: bucket, key: key, status: .failed)
    // The server's word for a statement that was ended is that its time was up.
    report.code = isInterrupted ? LoadFault.Code.interrupted.rawValue : fault.code.rawValue
    report.reason =
      isInterrupted
      ? "interrupted; the transaction was rolled back, nothing was changed" : fault.message
    return report
  }
}

/// Ends the load that runs when Ctrl-C asks for it, so that its transaction is rolled back.
///
/// While the file is read the watcher of its progress ends it. What the server is busy with then, a
/// merge or a wait, only the server can end: it is asked over a connection of its own, again and again
/// until the load is over. A commit that has begun is not ended, and is reported as what it is.
struct LoadCanceller: ~Copyable {
  private let over: Wakeup
  private let thread: Thread
  private let isRequested: Wakeup
  private let backendID: Backend

  private final class Backend: Sendable {
    let id = Atomic<Int>(0)
  }

  init(_ signals: StopSignals, _ variables: [String: String]) throws(CommandError) {
    let over = try Wakeup()
    let isRequested = signals.requested
    let backend = Backend()
    thread = try Thread {
      _ = waitForAny([.input(isRequested.descriptor), .input(over.descriptor)])
      while !over.wait(atMost: .milliseconds(500)) {
        let id = backend.id.load(ordering: .relaxed)
        if id != 0 { try? BackendCancellation.request(id, EnvironmentVariables(variables)) }
      }
    }
    self.over = over
    self.isRequested = isRequested
    backendID = backend
  }

  // The thread ends with the flag, and is waited for.
  deinit { over.set() }

  var hasStopped: Bool { isRequested.isSet }

  /// What a load is to tell of its progress, so that it can be ended.
  func watcher(_ screen: LoadScreen) -> LoadProgress.Watcher {
    let (isRequested, backend) = (isRequested, backendID)
    return { progress in
      backend.id.store(progress.backendID, ordering: .relaxed)
      if isRequested.isSet {
        throw LoadFault(.interrupted, "interrupted", isRetriable: true)
      }
      screen.show(progress)
    }
  }
}
