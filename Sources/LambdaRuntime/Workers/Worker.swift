/// One handler and the loop that gives it invocations, on the thread it was made on.
struct Worker: ~Copyable {
  let handle: HandlerRegistry.Handling
  var session: RuntimeSession
  let watch: ConnectionWatch
  let log: Log

  /// Handles invocations until there are no more, and returns the exit status.
  mutating func run() -> Int32 {
    var backoff = Backoff.patient
    while watch.beginWaiting() {
      let next = session.next()
      watch.endWaiting()
      switch next {
      case .invocation(let context):
        handle(context, &session)
        backoff.reset()
      case .stopped:
        return 0
      case .refused(let status):
        log.record(.fatal, "the Runtime API refused the next invocation with status \(status)")
        return 1
      case .failed(let reason):
        guard !watch.isStopped else { return 0 }
        log.warn("asking for the next invocation failed: \(reason)")
        guard backoff.wait() else {
          log.record(.fatal, "the Runtime API has failed \(backoff.attempts) times in a row")
          return 1
        }
      }
    }
    return 0
  }
}
