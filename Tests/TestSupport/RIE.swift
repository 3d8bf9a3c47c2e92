internal import Glibc
internal import Synchronization

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

  private let program: String
  private let variables: [String: String]
  private let emulator: Mutex<Emulator>

  /// The path of the emulator; nil when `TEST_RIE` is not set.
  public static var executable: String? {
    unsafe getenv("TEST_RIE").map { unsafe String(cString: $0) }
  }

  /// Starts the emulator around a program and waits until it listens.
  public init(
    _ mode: Mode = .classic, running program: String, handler: String,
    variables: [String: String] = [:], timeoutSeconds: Int = 60
  ) throws {
    var variables = variables
    variables["_HANDLER"] = handler
    variables["AWS_LAMBDA_FUNCTION_TIMEOUT"] = "\(timeoutSeconds)"
    variables["PATH"] = "/usr/bin:/bin"
    if case .managed(let concurrency) = mode {
      variables["AWS_LAMBDA_MAX_CONCURRENCY"] = "\(concurrency)"
    }
    self.program = program
    self.variables = variables
    emulator = Mutex(try Emulator(running: program, variables: variables))
  }

  /// What the emulator and the program wrote so far.
  public var log: String { current.process.output }

  /// The program's process; nil while none runs.
  public var runtime: ProcessTable.Entry? {
    ProcessTable.descendants(of: current.process.pid).first
  }

  /// Sends the emulator a signal; SIGTERM shuts the environment down.
  public func send(_ signal: Int32) {
    current.process.send(signal)
  }

  /// Waits for the emulator to end.
  public func wait() -> ChildProcess.Ending? {
    current.process.wait()
  }

  /// Invokes the function and waits for the answer.
  ///
  /// The emulator has races of its own. In all of them the invocation has not reached the program, so
  /// it is invoked once more:
  /// when a time-out has ended a process, the news of its end may cancel the start of the next
  /// one, and the answer is `ErrGateCanceled`;
  /// when a process ends before the emulator has noted that it was started, the emulator panics
  /// about a missing `exitedChannel`;
  /// in the managed mode an invocation that comes before a worker has asked for the next one is
  /// answered with `Runtime.Unavailable`.
  public func invoke(_ event: String, _ headers: [(String, String)] = []) throws -> HTTPAnswer {
    for _ in 0..<10 {
      let used = current
      do {
        let answer = try begin(event, headers).answer()
        if answer.status == 502, answer.text.contains("ErrGateCanceled") { continue }
        if answer.header("Error-Type") == "Runtime.Unavailable" {
          usleep(100_000)
          continue
        }
        return answer
      } catch {
        guard used.hasPanicked else { throw error }
        let next = try Emulator(running: program, variables: variables)
        emulator.withLock { $0 = next }
      }
    }
    throw RIEFailure("the RIE does not get the program started: \(log)")
  }

  /// Invokes the function and leaves the answer for later.
  public func begin(
    _ event: String, _ headers: [(String, String)] = []
  ) throws -> InvocationInFlight {
    try InvocationInFlight(
      port: current.port, event: Array(event.utf8), headers: headers)
  }

  /// Waits until the log holds a text; false when it does not.
  public func logs(_ text: String) -> Bool {
    current.process.writes(text)
  }

  private var current: Emulator { emulator.withLock { $0 } }
}

/// One process of the emulator.
private final class Emulator: Sendable {
  let process: ChildProcess
  private let front: ReservedPort
  private let runtimeAPI: ReservedPort

  init(running program: String, variables: [String: String]) throws {
    guard let executable = RIE.executable else { throw RIEFailure("TEST_RIE is not set") }
    front = try ReservedPort()
    runtimeAPI = try ReservedPort()
    process = try ChildProcess(
      executable,
      [
        "--runtime-interface-emulator-address", "127.0.0.1:\(front.number)",
        "--runtime-api-address", "127.0.0.1:\(runtimeAPI.number)", program,
      ], variables: variables)
    let (process, ports) = (process, [front.number, runtimeAPI.number])
    let isListening = Patience.until {
      process.wait(.zero) != nil
        || ports.allSatisfy { (try? LocalSocket.connected(toPort: $0)) != nil }
    }
    guard isListening, process.wait(.zero) == nil else {
      throw RIEFailure("the RIE does not listen: \(process.output)")
    }
  }

  var port: UInt16 { front.number }

  var hasPanicked: Bool {
    process.wait(.seconds(5)) != nil && process.output.contains("Unable to find an exitedChannel")
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
