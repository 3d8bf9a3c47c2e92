public import Glibc
internal import Synchronization

/// A program started for a test, and ended with it.
public final class ChildProcess: Sendable {
  /// Where the program's standard output and standard error go.
  public enum Output: Sendable {
    /// Into a file that ``ChildProcess/output`` reads.
    case collected
    /// Nowhere, where the descriptor is among these: it is closed.
    case closed([Int32])
    /// Into a descriptor of the caller's, such as one end of a pipe.
    case descriptor(Int32)
  }

  /// How a program ended.
  public enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// Says what could not be done.
  public struct Failure: Error, CustomStringConvertible {
    /// What happened, and what the program wrote.
    public let description: String
  }

  /// The number of the process.
  public let pid: pid_t

  private let outputPath: String
  /// The program's standard input, where it has one; both ends, because letting go of either ends it.
  private let input: (ours: LocalSocket, theirs: LocalSocket)?
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program with the given variables and none of the caller's, and without input.
  public init(
    _ program: String, _ arguments: [String] = [], variables: [String: String] = [:],
    output: Output = .collected
  ) throws {
    input = nil
    outputPath = Self.makeOutputPath()
    var variables = variables
    // The toolchain's backtracer is never deployed, and takes its time where a test crashes a program.
    variables["SWIFT_BACKTRACE"] = "enable=no"
    pid = try Self.start(
      [program] + arguments, variables: variables, input: nil, output: output, path: outputPath)
  }

  /// Starts a command with this process's variables and some more.
  ///
  /// Its input is a socket that ends with the test's process, however that ends.
  public init(_ command: [String], adding variables: [String: String] = [:]) throws {
    let ends = try LocalSocket.pair()
    input = ends
    outputPath = Self.makeOutputPath()
    pid = try Self.start(
      command, variables: Self.ownVariables.merging(variables) { $1 }, input: ends.1,
      output: .collected, path: outputPath)
  }

  deinit {
    stop()
    _ = unsafe unlink(outputPath)
  }

  /// Runs a command to its end and gives what it wrote; a status other than 0 is an error.
  @discardableResult
  public static func run(_ command: [String], input: String = "") throws -> String {
    let process = try ChildProcess(command)
    _ = process.input?.ours.send(Array(input.utf8))
    process.input?.ours.endSending()
    let ending = process.wait(Patience.limit)
    guard ending == .exited(0) else {
      throw Failure(
        description: "\(command.first ?? "") ended with \(ending, default: "no end"): "
          + process.output)
    }
    return process.output
  }

  /// What the program wrote so far.
  public var output: String { FileText.read(outputPath) ?? "" }

  /// Waits until the program has written a text; false when it does not.
  public func writes(_ text: String) -> Bool {
    Patience.until { output.contains(text) }
  }

  /// Waits until a line of the output begins with a text, and gives the rest of that line.
  public func line(after prefix: String) throws -> String {
    var found: Substring?
    _ = Patience.until {
      let whole = output.prefix(upTo: output.lastIndex(of: "\n") ?? output.startIndex)
      found = whole.split(separator: "\n").first { $0.hasPrefix(prefix) }
      return found != nil || wait(.zero) != nil
    }
    guard let found else {
      throw Failure(description: "no line begins with \(prefix): \(output)")
    }
    return String(found.dropFirst(prefix.count))
  }

  /// Sends a signal.
  public func send(_ signal: Int32) {
    guard ending.withLock({ $0 }) == nil else { return }
    kill(pid, signal)
  }

  /// Waits for the program to end, and says how; nil when it still runs after that time.
  public func wait(_ limit: Duration = Patience.limit) -> Ending? {
    let start = ContinuousClock.now
    while true {
      if let ending = reap() { return ending }
      guard start.duration(to: .now) < limit else { return nil }
      usleep(500)
    }
  }

  /// Ends the program, and whatever it started, politely first.
  public func stop() {
    guard wait(.zero) == nil else { return }
    let descendants = ProcessTable.descendants(of: pid)
    send(SIGTERM)
    if wait(.seconds(2)) == nil {
      send(SIGKILL)
      _ = wait(.seconds(5))
    }
    for descendant in descendants where ProcessTable.isAlive(descendant) {
      kill(descendant.pid, SIGKILL)
    }
  }

  private func reap() -> Ending? {
    ending.withLock { ending in
      if ending != nil { return ending }
      var status: Int32 = 0
      guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let signal = status & 0x7F
      ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
      return ending
    }
  }

  private static func makeOutputPath() -> String {
    "/tmp/sluice-test-\(getpid())-\(UInt32.random(in: .min ... .max)).log"
  }

  private static func start(
    _ command: [String], variables: [String: String], input: LocalSocket?, output: Output,
    path: String
  ) throws -> pid_t {
    let files = FileActions()
    if let input {
      files.duplicate(input.descriptor, as: 0)
    } else {
      files.open(0, "/dev/null", O_RDONLY)
    }
    switch output {
    case .collected:
      files.open(1, path, O_WRONLY | O_CREAT | O_APPEND)
      files.duplicate(1, as: 2)
    case .closed(let descriptors):
      files.open(1, "/dev/null", O_WRONLY)
      files.duplicate(1, as: 2)
      for descriptor in descriptors { files.close(descriptor) }
    case .descriptor(let descriptor):
      files.duplicate(descriptor, as: 1)
      files.duplicate(1, as: 2)
    }
    return try files.spawn(
      command.first ?? "", arguments: command,
      variables: variables.map { "\($0.key)=\($0.value)" })
  }

  private static var ownVariables: [String: String] {
    var variables: [String: String] = [:]
    for line in FileText.read("/proc/self/environ")?.split(separator: "\0") ?? [] {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
    }
    return variables
  }
}
