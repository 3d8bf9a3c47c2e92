internal import Glibc

/// The official Lambda Runtime Interface Emulator, running one program.
///
/// `TEST_RIE` names its executable.
public final class RIE: Sendable {
  /// Which of the emulator's two services answers.
  public enum Mode: Sendable {
    /// One invocation at a time, any program, time-outs; errors show only in the body.
    case classic
    /// Managed Instances: parallel invocations, error types, trailers; needs root, and the
    /// program at ``ManagedTask/executable``.
    case managed(concurrency: Int)
  }

  private let process: ChildProcess
  private let port: UInt16

  /// The path of the emulator; nil when `TEST_RIE` is not set.
  public static var executable: String? {
    unsafe getenv("TEST_RIE").map { unsafe String(cString: $0) }
  }

  /// Starts the emulator around a program and waits until it listens.
  public init(
    _ mode: Mode = .classic, running program: String, handler: String,
    variables: [String: String] = [:], timeoutSeconds: Int = 60
  ) throws {
    guard let executable = Self.executable else { throw RIEFailure("TEST_RIE is not set") }
    var variables = variables
    variables["_HANDLER"] = handler
    variables["AWS_LAMBDA_FUNCTION_TIMEOUT"] = "\(timeoutSeconds)"
    variables["PATH"] = "/usr/bin:/bin"
    if case .managed(let concurrency) = mode {
      variables["AWS_LAMBDA_MAX_CONCURRENCY"] = "\(concurrency)"
    }
    port = try LoopbackSocket.freePort()
    process = try ChildProcess(
      executable,
      [
        "--runtime-interface-emulator-address", "127.0.0.1:\(port)",
        "--runtime-api-address", "127.0.0.1:\(try LoopbackSocket.freePort())", program,
      ], variables: variables)
    try waitUntilListening()
  }

  /// What the emulator and the program wrote so far.
  public var log: String { process.output }

  /// The program's process; nil while none runs.
  public var runtime: ProcessTable.Entry? {
    ProcessTable.descendants(of: process.pid).first
  }

  /// Sends the emulator a signal; SIGTERM shuts the environment down.
  public func send(_ signal: Int32) {
    process.send(signal)
  }

  /// Waits for the emulator to end.
  public func wait(_ limit: Duration) -> ChildProcess.Ending? {
    process.wait(limit)
  }

  /// Invokes the function and waits for the answer.
  public func invoke(_ event: String, _ headers: [(String, String)] = []) throws -> HTTPAnswer {
    try begin(event, headers).answer()
  }

  /// Invokes the function and leaves the answer for later.
  public func begin(
    _ event: String, _ headers: [(String, String)] = []
  ) throws -> InvocationInFlight {
    try InvocationInFlight(port: port, event: Array(event.utf8), headers: headers)
  }

  /// Waits until the log holds a text; false when it does not within ten seconds.
  public func logs(_ text: String) -> Bool {
    for _ in 0..<1000 {
      if log.contains(text) { return true }
      usleep(10_000)
    }
    return false
  }

  private func waitUntilListening() throws {
    for _ in 0..<1000 {
      if (try? LoopbackSocket(port: port)) != nil { return }
      if let ending = process.wait(.zero) { throw RIEFailure("the RIE \(ending): \(log)") }
      usleep(5000)
    }
    throw RIEFailure("the RIE does not listen: \(log)")
  }
}

/// The emulator did not come up.
public struct RIEFailure: Error, CustomStringConvertible {
  /// Why, with the emulator's log.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
