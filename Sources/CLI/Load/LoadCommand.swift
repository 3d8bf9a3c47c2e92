internal import CSVLoad
internal import Datasets
import Glibc
import JSON
import LambdaEvents
import LambdaRuntime

/// `sluice load`: what `csv-load` does, from a terminal and without Lambda.
enum LoadCommand {
  /// As long as any file may take: nobody ends us as Lambda would.
  private static let patience = Duration.seconds(7 * 86_400)

  static func run(_ request: LoadRequest) throws(CommandError) -> Int32 {
    let sources = try request.sources.map { (operand) throws(CommandError) in
      guard let source = LoadSource(operand) else {
        throw CommandError(
          "\(operand) names no object", advice: "An object is s3://bucket/key.", status: 2)
      }
      return (name: operand, source: source)
    }
    let signals = try StopSignals()
    let variables = try DatabaseChoice.variables(
      naming: request.database, directory: request.directory)
    let package = try PackageChoice.read(given: request.package, variables)
    var options = LoadOptions()
    options.dataset = try PackageChoice.dataset(named: request.dataset, in: package)
    options.isForced = request.isForced
    let screen = LoadScreen()
    let relay = try LogRelay(leavingOut: "Load") { screen.note($0) }
    let canceller = try LoadCanceller(signals, variables)
    options.onProgress = canceller.watcher(screen)
    var session = LoadSession(
      package: package, variables: EnvironmentVariables(variables), options: options)
    let context = InvocationContext(
      requestID: Identifier.uuid(), deadline: .after(patience), log: relay.log)
    var summary = LoadSummary()
    for (name, source) in sources where !summary.isInterrupted {
      screen.begin(Files.name(of: name))
      summary.add(name, try session.load(source, context, canceller))
    }
    relay.finish()
    screen.clear()
    summary.show(isJSON: request.isJSON)
    return summary.exitStatus
  }
}

/// The loaders of one run of the command, each made when it is first needed.
private struct LoadSession: ~Copyable {
  let package: DataPackage
  let variables: EnvironmentVariables
  let options: LoadOptions
  private var files: FileLoader?
  private var objects: ObjectLoader?

  init(package: DataPackage, variables: EnvironmentVariables, options: LoadOptions) {
    self.package = package
    self.variables = variables
    self.options = options
  }

  /// Loads one file or object; what may succeed later is a failure too, and changed nothing.
  mutating func load(
    _ source: LoadSource, _ context: InvocationContext, _ canceller: borrowing LoadCanceller
  ) throws(CommandError) -> CSVLoad.LoadReport {
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
      throw CommandError(
        (error as? any FunctionError)?.message ?? "\(error)",
        advice: error is SettingError
          ? "Name the database with --database or DATABASE_URL, or start a stack with sluice local."
          : "")
    }
  }

  private static func report(
    _ fault: LoadFault, of source: LoadSource, isInterrupted: Bool
  ) -> CSVLoad.LoadReport {
    var report: CSVLoad.LoadReport
    switch source {
    case .file(let path):
      report = CSVLoad.LoadReport(bucket: "file", key: path, status: .failed)
    case .object(let bucket, let key):
      report = CSVLoad.LoadReport(bucket: bucket, key: key, status: .failed)
    }
    // The server's word for a statement that was ended is that its time was up.
    report.code = isInterrupted ? LoadFault.Code.interrupted.rawValue : fault.code.rawValue
    report.reason =
      isInterrupted
      ? "interrupted; the transaction was rolled back, nothing was changed" : fault.message
    return report
  }
}
