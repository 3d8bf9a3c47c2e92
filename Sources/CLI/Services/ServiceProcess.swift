import Glibc
import Synchronization

/// A server that runs beside us: started on a thread of its own, stopped and reaped when asked to
/// or when its last owner lets go of it.
final class ServiceProcess: Sendable {
  private final class Record: Sendable {
    let state = Mutex(State())

    struct State {
      var startError: CommandError?
      var status: ExitStatus?
      var lastLines: [String] = []
    }
  }

  private let name: String
  private let record: Record
  private let work: BackgroundWork

  /// Starts the program; whether it works is for the caller to find out (see `untilReady`).
  init(
    _ name: String, _ command: ChildCommand, stopSignal: Int32
  ) throws(CommandError) {
    self.name = name
    let record = Record()
    self.record = record
    var command = command
    command.onLine = { line in
      record.state.withLock { state in
        if state.lastLines.count >= 15 { state.lastLines.removeFirst() }
        state.lastLines.append(line)
      }
    }
    let started = command
    work = try BackgroundWork { stopping in
      do throws(CommandError) {
        var child = try ChildProcess(started)
        var end = child.wait(orUntil: stopping)
        if end == .woken { end = .exited(child.stop(with: stopSignal, grace: .seconds(10))) }
        if case .exited(let status) = end { record.state.withLock { $0.status = status } }
      } catch {
        record.state.withLock { $0.startError = error }
      }
    }
  }

  /// Stops the server and returns when it is gone.
  func stop() { work.stop() }

  /// Waits until a check succeeds; a server that ends or is not ready in time is an error with the
  /// last lines it printed.
  func untilReady(_ isReady: () -> Bool) throws(CommandError) {
    let end = ContinuousClock.now + .seconds(60)
    while !isReady() {
      if work.ended.wait(atMost: .milliseconds(20)) { throw failure("ended") }
      if ContinuousClock.now > end { throw failure("is not ready after a minute") }
    }
  }

  /// Waits for a program that does its work and ends.
  func untilSucceeded() throws(CommandError) {
    _ = work.ended.wait()
    guard record.state.withLock({ $0.status }) == .exited(0) else { throw failure("failed") }
  }

  private func failure(_ what: String) -> CommandError {
    let state = record.state.withLock { $0 }
    if let error = state.startError { return error }
    let status = state.status.map { " (\($0))" } ?? ""
    return CommandError(
      (["\(name) \(what)\(status). It said:"] + state.lastLines.map { "  \($0)" })
        .joined(separator: "\n"))
  }
}
