import Glibc
import Synchronization
import TestSupport

/// Invocations that run at once, each from a thread of its own.
final class InvocationBatch: Sendable {
  private let results = Mutex<[(trace: String, answer: Result<HTTPAnswer, any Error>)]>([])

  /// Sends an event once for each trace id, and waits for the answers.
  static func answers(
    _ rie: RIE, _ event: String, traces: [String]
  ) throws -> [(trace: String, answer: HTTPAnswer)] {
    let batch = InvocationBatch()
    for trace in traces {
      try DetachedThread.start {
        let answer = Result { try invoke(rie, event, trace) }
        batch.results.withLock { $0.append((trace, answer)) }
      }
    }
    while batch.results.withLock({ $0.count }) < traces.count { usleep(1000) }
    return try batch.results.withLock { $0 }.map { ($0.trace, try $0.answer.get()) }
  }

  /// Invokes until a worker is free: one that has just answered may not have asked again yet.
  private static func invoke(_ rie: RIE, _ event: String, _ trace: String) throws -> HTTPAnswer {
    let start = ContinuousClock.now
    while true {
      let answer = try rie.invoke(event, [("X-Amzn-Trace-Id", trace)])
      let isBusy = answer.status == 400 && answer.text.contains("Runtime.Unavailable")
      guard isBusy, start.duration(to: .now) < .seconds(10) else { return answer }
      usleep(2000)
    }
  }
}
