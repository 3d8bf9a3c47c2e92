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

  /// The number of the process.
  public let pid: pid_t

  private let outputPath: String
  private let ending = Mutex<Ending?>(nil)

  /// Starts a program with the given variables and none of the caller's.
  public init(
    _ executable: String, _ arguments: [String] = [], variables: [String: String] = [:],
    output: Output = .collected
  ) throws {
    outputPath = "/tmp/sluice-test-\(getpid())-\(UInt32.random(in: .min ... .max)).log"
    let files = FileActions()
    files.open(0, "/dev/null", O_RDONLY)
    switch output {
    case .collected:
      files.open(1, outputPath, O_WRONLY | O_CREAT | O_APPEND)
      files.duplicate(1, as: 2)
    case .closed(let descriptors):
      files.open(1, "/dev/null", O_WRONLY)
      files.duplicate(1, as: 2)
      for descriptor in descriptors { files.close(descriptor) }
    case .descriptor(let descriptor):
      files.duplicate(descriptor, as: 1)
      files.duplicate(1, as: 2)
    }
    pid = try files.spawn(
      executable, arguments: [executable] + arguments,
      variables: variables.map { "\($0.key)=\($0.value)" })
  }

  deinit {
    stop()
    _ = unsafe unlink(outputPath)
  }

  /// What the program wrote so far.
  public var output: String { FileText.read(outputPath) ?? "" }

  /// Sends a signal.
  public func send(_ signal: Int32) {
    guard ending.withLock({ $0 }) == nil else { return }
    kill(pid, signal)
  }

  /// Waits for the program to end, and says how; nil when it still runs after that time.
  public func wait(_ limit: Duration) -> Ending? {
    let start = ContinuousClock.now
    while true {
      if let ending = reap() { return ending }
      guard start.duration(to: .now) < limit else { return nil }
      usleep(500)
    }
  }

  /// Ends the program, and whatever it started, politely first.
  public func stop() {
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
}
