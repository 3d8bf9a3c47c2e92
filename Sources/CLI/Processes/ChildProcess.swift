import CProcess
import Glibc

/// A running child: its output is relayed while its owner waits for it, and letting go of it kills
/// what is left of it and reaps it.
///
/// Belongs to one thread, which must outlive the child (see `Thread`).
struct ChildProcess: ~Copyable {
  private let process: pid_t
  /// Readable once the process has ended.
  private let ending: Int32
  private var lines: LineReader?
  private let hasOwnGroup: Bool
  private(set) var status: ExitStatus?

  enum Waited: Equatable {
    case exited(ExitStatus)
    case woken
    case timeout
  }

  init(_ command: ChildCommand) throws(CommandError) {
    var ends: [Int32] = [-1, -1]
    if command.onLine != nil {
      guard unsafe cprocess_pipe(&ends) == 0 else { throw CommandError.system("create a pipe") }
    }
    let started = spawn(command, output: ends[1])
    if ends[1] >= 0 { close(ends[1]) }
    let descriptor = started > 0 ? cprocess_pidfd(started) : -1
    guard started > 0, descriptor >= 0 else {
      let code = started > 0 ? errno : -started
      if ends[0] >= 0 { close(ends[0]) }
      if started > 0 {
        kill(started, SIGKILL)
        _ = reap(started)
      }
      throw CommandError.system("start \(command.program)", errno: code)
    }
    process = started
    ending = descriptor
    hasOwnGroup = command.onLine != nil
    lines = command.onLine.map { LineReader(descriptor: ends[0], onLine: $0) }
  }

  deinit {
    // Grandchildren first: they hold the output open.
    if hasOwnGroup { kill(-process, SIGKILL) }
    if status == nil {
      kill(process, SIGKILL)
      _ = reap(process)
    }
    close(ending)
    if let lines { close(lines.descriptor) }
  }

  /// Sends a signal to the child alone.
  func signal(_ number: Int32) {
    if status == nil { kill(process, number) }
  }

  /// Relays output until the child ends, the wakeup is set, or the time is up.
  mutating func wait(atMost limit: Duration? = nil, orUntil wakeup: Wakeup? = nil) -> Waited {
    if let status { return .exited(status) }
    let end = limit.map { ContinuousClock.now + $0 }
    while true {
      let left = end.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
      var awaited: [Awaited] = [.input(ending)]
      if let wakeup { awaited.append(.input(wakeup.descriptor)) }
      if let lines, !lines.isAtEnd { awaited.append(.input(lines.descriptor)) }
      let ready = waitForAny(awaited, atMost: left)
      if ready.isEmpty { return .timeout }
      if awaited.count > (wakeup == nil ? 1 : 2), ready.contains(awaited.count - 1) {
        lines?.read()
      }
      if ready.contains(0) {
        lines?.readRest()
        let status = reap(process)
        self.status = status
        return .exited(status)
      }
      if wakeup != nil, ready.contains(1) { return .woken }
    }
  }

  /// Asks the child to stop, and kills it when it has not within the grace time.
  mutating func stop(with number: Int32 = SIGTERM, grace: Duration) -> ExitStatus {
    signal(number)
    if case .exited(let status) = wait(atMost: grace) { return status }
    if hasOwnGroup { kill(-process, SIGKILL) }
    signal(SIGKILL)
    if case .exited(let status) = wait() { return status }
    return .signalled(SIGKILL)
  }
}

private func reap(_ process: pid_t) -> ExitStatus {
  var status: Int32 = 0
  while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
  let signal = status & 0x7f
  return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
}

/// Returns the process id or a negated errno.
private func spawn(_ command: ChildCommand, output: Int32) -> pid_t {
  unsafe withCStrings([command.program] + command.arguments) { arguments in
    unsafe withCStrings(command.environment.map { "\($0.key)=\($0.value)" }) { environment in
      // No directory is an empty list, whose first pointer is the null one.
      unsafe withCStrings(command.directory.map { [$0] } ?? []) { directory in
        guard let program = unsafe arguments[0] else { return -EINVAL }
        var request = unsafe cprocess_command(
          path: program, arguments: arguments, environment: environment,
          directory: directory[0], output: output, silent_input: output >= 0 ? 1 : 0,
          own_group: output >= 0 ? 1 : 0, death_signal: command.deathSignal,
          change_user: command.user == nil ? 0 : 1, user: command.user?.user ?? 0,
          group: command.user?.group ?? 0)
        return unsafe cprocess_spawn(&request)
      }
    }
  }
}

/// Lends an array of C strings that ends with a null pointer.
private func withCStrings<R>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  let pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe body(pointers)
}

/// Splits what a descriptor delivers into lines.
struct LineReader {
  let descriptor: Int32
  private let onLine: @Sendable (String) -> Void
  private var pending: [UInt8] = []
  private(set) var isAtEnd = false

  /// Longer lines are handed on in pieces.
  private static let lineLimit = 64 * 1024

  init(descriptor: Int32, onLine: @escaping @Sendable (String) -> Void) {
    self.descriptor = descriptor
    self.onLine = onLine
  }

  /// Reads once; blocks unless the descriptor is ready.
  mutating func read() {
    var bytes = [UInt8](repeating: 0, count: 16 * 1024)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    if count < 0 && errno == EINTR { return }
    guard count > 0 else {
      isAtEnd = true
      if !pending.isEmpty { flush() }
      return
    }
    for byte in bytes[..<count] {
      if byte == UInt8(ascii: "\n") {
        flush()
      } else {
        pending.append(byte)
        if pending.count >= Self.lineLimit { flush() }
      }
    }
  }

  /// Reads what is there by now: after the process has ended, all it wrote.
  mutating func readRest() {
    while !isAtEnd, !waitForAny([.input(descriptor)], atMost: .zero).isEmpty { read() }
    if !pending.isEmpty { flush() }
  }

  private mutating func flush() {
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    onLine(String(decoding: pending, as: UTF8.self))
    pending.removeAll(keepingCapacity: true)
  }
}
