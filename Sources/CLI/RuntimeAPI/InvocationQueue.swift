import Synchronization
import System

// How this works
//
// Callers of `invoke` stand in line; the handler's process takes one invocation at a time through
// `next` and settles it through `settle`. All of them are threads that block: `next` on a flag that
// is set while there is something to take, a caller on the flag of its own ticket. Whoever changes
// a ticket under the lock sets its flag, and the caller looks again. The time limit of an
// invocation begins when the process takes it, as on Lambda; the caller itself watches it.

/// The invocations of one handler: those that wait and the one that runs.
package final class InvocationQueue: Sendable {
  /// How long an invocation may run.
  package let timeLimit: Duration
  /// Wakes the process's supervisor: the process overran its time, or the stack stops.
  package let attention: Wakeup
  private let available: Wakeup
  private let state = Mutex(State())

  private struct State {
    var waiting: [Ticket] = []
    var running: Ticket?
    var lastSettled: String?
    /// The process has asked for work, so its init is over.
    var hasAsked = false
    var isClosed = false
    var isReleased = false
  }

  private final class Ticket: Sendable {
    let invocation: QueuedInvocation
    let changed: Wakeup
    let progress = Mutex(Progress.waiting)

    enum Progress {
      case waiting
      case running(until: ContinuousClock.Instant)
      case settled(InvocationResult)
    }

    init(_ invocation: QueuedInvocation) throws(CommandError) {
      self.invocation = invocation
      changed = try Wakeup()
    }

    func settle(_ result: InvocationResult) {
      progress.withLock { $0 = .settled(result) }
      changed.set()
    }
  }

  /// Why an answer was not taken.
  package enum Refusal: Error, Equatable {
    case unknownRequestID
    case alreadySettled
  }

  package init(timeLimit: Duration) throws(CommandError) {
    self.timeLimit = timeLimit
    attention = try Wakeup()
    available = try Wakeup()
  }

  /// Runs an invocation and returns what became of it.
  ///
  /// Waits for a process that takes it as long as `patience` says; nil is for ever.
  package func invoke(
    _ invocation: QueuedInvocation, patience: Duration? = nil
  ) throws(CommandError) -> InvocationResult {
    let ticket = try Ticket(invocation)
    let isOpen = state.withLock { state in
      if !state.isClosed { state.waiting.append(ticket) }
      return !state.isClosed
    }
    guard isOpen else {
      return .failure(Self.stopped)
    }
    available.set()
    let patienceEnd = patience.map { ContinuousClock.now + $0 }
    while true {
      let progress = ticket.progress.withLock { $0 }
      switch progress {
      case .settled(let result): return result
      case .running(let end):
        if wait(for: ticket, until: end) { continue }
        expire(ticket)
      case .waiting:
        if wait(for: ticket, until: patienceEnd) { continue }
        withdraw(ticket)
      }
    }
  }

  /// Runs an invocation; one that cannot even wait in line has failed.
  func outcome(of invocation: QueuedInvocation, patience: Duration? = nil) -> InvocationResult {
    do throws(CommandError) {
      return try invoke(invocation, patience: patience)
    } catch {
      return .failure(InvocationFailure(type: "Service.Error", message: error.message))
    }
  }

  /// Takes the next invocation and the wall-clock milliseconds of its deadline; blocks until there
  /// is one.
  ///
  /// Nil when the queue was released, or when the asking connection went away: nobody would run it.
  package func next(socket: Int32 = -1) -> (invocation: QueuedInvocation, deadline: Int64)? {
    state.withLock { $0.hasAsked = true }
    var awaited: [Awaited] = [.input(available.descriptor)]
    if socket >= 0 { awaited.append(.hangUp(socket)) }
    while true {
      let ready = waitForAny(awaited)
      if ready.contains(1) || ready.isEmpty { return nil }
      let end = ContinuousClock.now + timeLimit
      let deadline = WallClock.now.milliseconds + Int64(timeLimit.milliseconds)
      let (ticket, isReleased) = state.withLock { state -> (Ticket?, Bool) in
        guard !state.isReleased else { return (nil, true) }
        let ticket = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        if state.waiting.isEmpty { available.clear() }
        if let ticket {
          // Whoever asks for the next one has given up on this one.
          state.running?.settle(.failure(Self.abandoned))
          state.running = ticket
          ticket.progress.withLock { $0 = .running(until: end) }
        }
        return (ticket, false)
      }
      if isReleased { return nil }
      if let ticket {
        ticket.changed.set()
        return (ticket.invocation, deadline)
      }
    }
  }

  /// Ends the running invocation.
  package func settle(_ requestID: String, with result: InvocationResult) throws(Refusal) {
    let (ticket, refusal) = state.withLock { state -> (Ticket?, Refusal?) in
      guard let running = state.running, running.invocation.requestID == requestID else {
        return (nil, state.lastSettled == requestID ? .alreadySettled : .unknownRequestID)
      }
      state.running = nil
      state.lastSettled = requestID
      return (running, nil)
    }
    if let refusal { throw refusal }
    ticket?.settle(result)
  }

  /// Whether nothing runs at the moment.
  var isIdle: Bool { state.withLock { $0.running == nil } }

  /// Notes that a new process begins its init.
  package func processStarted() {
    state.withLock { $0.hasAsked = false }
  }

  /// Ends the running invocation because its process ended; if that was during init, fails all
  /// that wait.
  package func processEnded(_ status: ExitStatus) {
    let (ticket, hasAsked) = state.withLock { state in
      defer { state.running = nil }
      return (state.running, state.hasAsked)
    }
    func failure(_ request: String) -> InvocationFailure {
      InvocationFailure(
        type: "Runtime.ExitError", message: "\(request)Runtime exited with error: \(status)")
    }
    if let ticket {
      ticket.settle(.failure(failure("RequestId: \(ticket.invocation.requestID) Error: ")))
    } else if !hasAsked {
      initFailed(failure(""))
    }
  }

  /// Fails everything in line: the handler could not be made ready.
  package func initFailed(_ failure: InvocationFailure) {
    let tickets = state.withLock { state in
      let all = state.waiting
      state.waiting = []
      available.clear()
      return all
    }
    for ticket in tickets { ticket.settle(.failure(failure)) }
  }

  /// Fails everything and lets nothing in any more; a process that asks for work is kept waiting,
  /// as it would be in a frozen environment.
  package func close() {
    let tickets = state.withLock { state in
      state.isClosed = true
      defer { (state.waiting, state.running) = ([], nil) }
      if !state.isReleased { available.clear() }
      return state.waiting + [state.running].compactMap { $0 }
    }
    for ticket in tickets { ticket.settle(.failure(Self.stopped)) }
  }

  /// Closes the queue and lets go of whoever asks for work.
  package func release() {
    state.withLock { $0.isReleased = true }
    close()
    available.set()
  }

  private static var stopped: InvocationFailure {
    InvocationFailure(type: InvocationFailure.stoppedType, message: "the stack is stopping")
  }

  private static var abandoned: InvocationFailure {
    InvocationFailure(
      type: "Runtime.NoAnswer", message: "The runtime asked for the next invocation unanswered")
  }

  private func wait(for ticket: Ticket, until end: ContinuousClock.Instant?) -> Bool {
    guard ticket.changed.wait(atMost: end.map { ContinuousClock.now.duration(to: $0) }) else {
      return false
    }
    ticket.changed.clear()
    return true
  }

  private func expire(_ ticket: Ticket) {
    let isOurs = state.withLock { state in
      guard state.running === ticket else { return false }
      state.running = nil
      state.lastSettled = ticket.invocation.requestID
      return true
    }
    guard isOurs else { return }
    attention.set()
    let seconds = padded(timeLimit.milliseconds / 1000, 1)
    let fraction = padded(timeLimit.milliseconds % 1000 / 10)
    ticket.settle(
      .failure(
        InvocationFailure(
          type: "Sandbox.Timedout",
          message:
            "RequestId: \(ticket.invocation.requestID) Error: Task timed out after "
            + "\(seconds).\(fraction) seconds")))
  }

  private func withdraw(_ ticket: Ticket) {
    let isOurs = state.withLock { state in
      guard let index = state.waiting.firstIndex(where: { $0 === ticket }) else { return false }
      state.waiting.remove(at: index)
      if state.waiting.isEmpty { available.clear() }
      return true
    }
    guard isOurs else { return }
    ticket.settle(
      .failure(
        InvocationFailure(
          type: "Sandbox.Timedout", message: "No process took the invocation in time")))
  }
}
