import Glibc

/// The process of one handler, started again when it ends and when its program is rebuilt.
final class HandlerProcess: Sendable {
  private let work: BackgroundWork
  private let queue: InvocationQueue

  init(
    name: String, command: ChildCommand, queue: InvocationQueue
  ) throws(CommandError) {
    self.queue = queue
    work = try BackgroundWork { stopping in
      Supervision(name: name, command: command, queue: queue, stopping: stopping).run()
    }
  }

  deinit { stop() }

  /// Stops the process and returns when it is gone.
  func stop() { work.stop(waking: queue.attention) }

  /// The supervising thread's part.
  private struct Supervision {
    let name: String
    let command: ChildCommand
    let queue: InvocationQueue
    let stopping: Wakeup
    private var isStopping: Bool { stopping.isSet }

    private enum End {
      case stopped, rebuilt, timedOut
      case ended(ExitStatus)
      case notStarted(CommandError)
    }

    func run() {
      var pause = Duration.milliseconds(200)
      while !isStopping {
        let version = Files.version(of: command.program)
        let start = ContinuousClock.now
        switch runOnce(version) {
        case .stopped: return
        case .rebuilt:
          say("rebuilt; started again")
          continue
        case .timedOut: continue
        case .ended(let status):
          say("ended (\(status)); starting again")
        case .notStarted(let error):
          queue.initFailed(
            InvocationFailure(type: "Runtime.InvalidEntrypoint", message: error.message))
          say(error.message)
        }
        // Long-lived processes come back at once, those that fail again and again ever later.
        if start.duration(to: .now) > .seconds(10) { pause = .milliseconds(200) }
        rest(pause, version)
        pause = min(pause * 2, .seconds(5))
      }
    }

    private func runOnce(_ version: [Int]?) -> End {
      queue.processStarted()
      // What was meant for the process before this one.
      if !isStopping { queue.attention.clear() }
      var child: ChildProcess
      do throws(CommandError) {
        child = try ChildProcess(command)
      } catch {
        return .notStarted(error)
      }
      var seen = version
      while true {
        switch child.wait(atMost: .milliseconds(500), orUntil: queue.attention) {
        case .exited(let status):
          queue.processEnded(status)
          return isStopping ? .stopped : .ended(status)
        case .woken:
          queue.attention.clear()
          if isStopping { return stopped(&child) }
          _ = child.stop(with: SIGKILL, grace: .seconds(1))
          return .timedOut
        case .timeout:
          // A wakeup that came just as one child followed another may have been lost.
          if isStopping { return stopped(&child) }
          // A linker writes for a while: wait until two looks agree.
          let now = Files.version(of: command.program)
          if let now, now != version, now == seen, queue.isIdle {
            let status = child.stop(grace: .seconds(2))
            queue.processEnded(status)
            return .rebuilt
          }
          seen = now
        }
      }
    }

    private func stopped(_ child: inout ChildProcess) -> End {
      _ = child.stop(grace: .seconds(2))
      return .stopped
    }

    /// Waits before the next start; a new build or the end of the stack cuts it short.
    private func rest(_ pause: Duration, _ version: [Int]?) {
      let end = ContinuousClock.now + pause
      while !isStopping, ContinuousClock.now < end,
        Files.version(of: command.program) == version
      {
        _ = queue.attention.wait(atMost: .milliseconds(100))
        if !isStopping { queue.attention.clear() }
      }
    }

    private func say(_ what: String) {
      Console.note("\(name) \(what)")
    }
  }
}
