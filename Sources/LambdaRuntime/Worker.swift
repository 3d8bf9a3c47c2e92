/// One handler and the loop that gives it invocations, on the thread it was made on.
struct Worker: ~Copyable {
  private let handler: any HandlerBox
  private var session: RuntimeSession
  private let watch: ConnectionWatch
  private let log: Log

  init(
    handler: any HandlerBox, session: consuming RuntimeSession, watch: ConnectionWatch, log: Log
  ) {
    self.handler = handler
    self.session = session
    self.watch = watch
    self.log = log
  }

  /// Handles invocations until there are to be no more, and gives the exit status.
  mutating func run() -> Int32 {
    var backoff = Backoff.patient
    while watch.beginWaiting() {
      let next = session.next()
      watch.endWaiting()
      switch next {
      case .invocation(let invocation, let context):
        handler.handle(invocation, context: context, session: &session)
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
