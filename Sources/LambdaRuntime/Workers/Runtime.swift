internal import Glibc

/// The workers of an environment, from init to shutdown.
struct Runtime {
  let registry: HandlerRegistry
  let variables: EnvironmentVariables
  let log: Log
  /// Whether signals and the process's variables are the runtime's to use.
  let ownsProcess: Bool

  /// Runs the workers to their end and returns the exit status.
  func run() -> Int32 {
    let plan: WorkerPlan
    do {
      plan = try WorkerPlan(variables)
    } catch {
      log.report(ErrorReport(error), as: .fatal)
      return 1
    }
    if ownsProcess {
      CrashReporter.install(format: log.format, workers: plan.workers)
      if variables["SLUICE_GRACEFUL_SHUTDOWN"] == "1" {
        GracefulShutdown.begin(address: plan.address, watches: plan.watches, log: log)
      }
    }
    let gate = StartGate(workers: plan.workers)
    let threads = plan.watches.dropFirst().compactMap { watch in
      WorkerThread { runWorker(plan, watch, gate) }
    }
    var status: Int32
    if threads.count == plan.workers - 1 {
      status = runWorker(plan, plan.watches[0], gate)
    } else {
      gate.arrive(isReady: false)
      status = reportShortage(plan, started: threads.count + 1)
    }
    for thread in threads { status = max(status, thread.join()) }
    return status
  }

  private func reportShortage(_ plan: WorkerPlan, started: Int) -> Int32 {
    var session = RuntimeSession(
      connection: RuntimeConnection(to: plan.address, watch: plan.watches[0]), log: log)
    session.postInitError(WorkerShortage(wanted: plan.workers, started: started))
    return 1
  }

  private func runWorker(
    _ plan: WorkerPlan, _ watch: ConnectionWatch, _ gate: StartGate
  ) -> Int32 {
    let isAlone = plan.workers == 1
    var session = RuntimeSession(
      connection: RuntimeConnection(to: plan.address, watch: watch), log: log,
      // The variable is the process's: with several invocations at once it would be wrong for all
      // but one of them.
      trace: ownsProcess && isAlone ? TraceVariable() : nil,
      crashSlot: ownsProcess ? CrashReporter.makeSlot() : nil)
    let handle: HandlerRegistry.Handling
    do {
      handle = try registry.makeHandler(variables)
    } catch {
      session.postInitError(error)
      gate.arrive(isReady: false)
      return 1
    }
    guard gate.arrive(isReady: true) else { return 1 }
    var worker = Worker(handle: handle, session: session, watch: watch, log: log)
    let status = worker.run()
    if status != 0 { for watch in plan.watches { watch.stop() } }
    return status
  }
}

/// Where the Runtime API is and how many workers poll it for invocations.
private struct WorkerPlan {
  private static let workerLimit = 1024

  let address: RuntimeAPIAddress
  let watches: [ConnectionWatch]

  var workers: Int { watches.count }

  init(_ variables: EnvironmentVariables) throws(SettingError) {
    let text = try variables.require(
      "AWS_LAMBDA_RUNTIME_API",
      """
      the address AWS Lambda gives to the programs it starts; to run this one here, use \
      `sluice local`, or `sluice invoke HANDLER EVENT.json`
      """)
    address = try RuntimeAPIAddress(text)
    watches = (0..<(try Self.workers(variables))).map { _ in ConnectionWatch() }
  }

  private static func workers(_ variables: EnvironmentVariables) throws(SettingError) -> Int {
    let name = "AWS_LAMBDA_MAX_CONCURRENCY"
    guard let text = variables[name] else { return 1 }
    guard let number = Int(text), (1...workerLimit).contains(number) else {
      throw SettingError(variable: name, expected: "a number from 1 to \(workerLimit)")
    }
    return number
  }
}

/// The system does not have threads for all workers of the environment.
private struct WorkerShortage: FunctionError {
  let wanted: Int
  let started: Int

  var errorType: String { "WorkerShortage" }

  var message: String {
    "Only \(started) of \(wanted) workers could be given threads of their own."
  }
}
