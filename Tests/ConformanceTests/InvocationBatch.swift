import TestSupport

/// Invocations that run at once, each from a thread of its own.
enum InvocationBatch {
  /// Sends an event once for each trace id, and waits for the answers.
  static func answers(
    _ rie: RIE, _ event: String, traces: [String]
  ) throws -> [(trace: String, answer: HTTPAnswer)] {
    Array(zip(traces, try BlockingThread.map(traces) { try invoke(rie, event, $0) }))
  }

  /// Invokes until a worker is free: one that has just answered may not have asked again yet.
  private static func invoke(_ rie: RIE, _ event: String, _ trace: String) throws -> HTTPAnswer {
    var answer = try rie.invoke(event, [("X-Amzn-Trace-Id", trace)])
    _ = try Patience.until {
      let isBusy = answer.status == 400 && answer.text.contains("Runtime.Unavailable")
      if isBusy { answer = try rie.invoke(event, [("X-Amzn-Trace-Id", trace)]) }
      return !isBusy
    }
    return answer
  }
}
