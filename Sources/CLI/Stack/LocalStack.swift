internal import API
import Glibc
internal import JobIngest

/// What a local stack is made of.
package struct StackOptions: Sendable, Equatable {
  package static let defaultDirectory = ".sluice"

  package var directory = Self.defaultDirectory
  package var port: UInt16 = 8080
  package var bootstrap: String?
  /// How often postings are ingested; never when nil.
  package var ingestInterval: Duration?

  package init() {}

  init(_ line: CommandLineReader) throws(CommandError) {
    directory = line.directory
    bootstrap = line.text("--bootstrap")
    port = try line.port(default: port)
  }
}

/// PostgreSQL, S3, SQS, a stub of the USAJOBS API, the handlers' processes, the HTTP front and the
/// queue's poller, on this machine alone.
final class LocalStack {
  let state: StackState
  let directory: StackDirectory
  private let services: LocalServices
  private let handlers: LocalHandlers
  private let poller: QueuePoller
  private let isQuiet: Flag
  private let lock: StackLock
  private let server: HTTPServer
  private let stub: StubServer?
  private let schedule: IngestSchedule?

  /// Starts everything; a quiet stack leaves it to its user to tell of loads, and keeps what
  /// handlers say below a warning to itself.
  init(_ options: StackOptions, isQuiet: Bool = false) throws(CommandError) {
    let toolbox = Toolbox()
    let quiet = Flag(isQuiet)
    // What may be missing is looked for before anything starts.
    let bootstrap = try toolbox.bootstrap(options.bootstrap)
    _ = try toolbox.moto()
    try RunningHandler.checkPackage(toolbox.variables)
    let directory = try StackDirectory(options.directory)
    guard let lock = try StackLock(directory) else {
      throw CommandError(
        "a stack already runs in \(directory.path)",
        advice: "Use it, stop it with Ctrl-C where it runs, or choose another --directory.")
    }
    try directory.prepare()
    let services = try LocalServices(
      data: directory.dataDirectory(for: try PostgresCluster.account()),
      socketDirectory: directory.socketDirectory, isTemporary: false, toolbox: toolbox)
    let queue = try services.makeBucketAndQueue(
      visibilityTimeout: LocalHandlers.timeLimit(of: "csv-load") + .seconds(30))
    // What is no address the handler itself refuses, with words for it.
    if let sender = EmailAddress(toolbox.variables["REPORT_EMAIL_FROM"] ?? "") {
      try services.acceptMail(from: sender.address)
    }
    let queues = try LocalHandlers.makeQueues()
    let server = try HTTPServer(
      port: options.port, bodyLimit: StackFront.bodyLimit,
      handler: { StackFront(queues: queues).answer($0) })
    let stub =
      LocalUSAJOBS.isChosen(in: toolbox.variables) ? nil : try StubServer(StubOptions())
    let state = StackState(
      process: getpid(), front: "http://127.0.0.1:\(server.port)",
      awsEndpoint: services.moto.endpoint, databaseURL: services.postgres.url,
      bucket: LocalAWS.bucket, queueURL: queue.url, region: LocalAWS.region,
      usajobsStub: stub?.address)
    let handlers = try LocalHandlers(
      queues: queues, bootstrap: bootstrap, variables: toolbox.variables, state: state,
      isQuiet: quiet)
    guard let loader = queues["csv-load"], let ingester = queues["job-ingest"] else {
      throw CommandError("csv-load or job-ingest is not registered")
    }
    poller = try QueuePoller(
      .init(
        queueARN: queue.arn, state: state,
        reportsPath: directory.reportsPath, isQuiet: quiet), handler: loader)
    schedule = try options.ingestInterval.map { interval throws(CommandError) in
      try IngestSchedule(every: interval, handler: ingester, isQuiet: quiet)
    }
    try state.write(to: directory)
    self.state = state
    self.directory = directory
    self.services = services
    self.handlers = handlers
    self.isQuiet = quiet
    self.lock = lock
    self.server = server
    self.stub = stub
  }

  /// Tells loads on standard output and passes on all that handlers say, from now on.
  func speakUp() { isQuiet.set(false) }

  /// Stops everything, in the order in which nothing waits for what is gone.
  func stop() {
    Files.remove(directory.statePath)
    handlers.closeQueues()
    schedule?.stop()
    poller.stop()
    handlers.stop()
    services.stop()
    directory.tidy()
  }

  /// The addresses a user may want.
  var summary: String {
    """
    Dashboard   \(state.front)/
    HTTP API    \(state.front)/docs
    Users       sluice users add NAME --role admin creates a user who can write
    S3 and SQS  \(state.awsEndpoint) (bucket \(state.bucket), prefix \(LocalAWS.prefix))
    PostgreSQL  psql '\(state.databaseURL)'
    USAJOBS     \(state.usajobsStub.map { "\($0) (a stub)" } ?? "as your USAJOBS_ variables specify")
    Data        \(services.postgres.directory)
    """
  }
}
