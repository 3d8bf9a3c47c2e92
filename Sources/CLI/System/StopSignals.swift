import Glibc

/// Ctrl-C, SIGTERM and a closed terminal, turned into a flag.
///
/// Must be set up before any other thread starts. A second signal ends the process at once; the
/// kernel then ends the children.
struct StopSignals: Sendable {
  let requested: Wakeup

  init() throws(CommandError) {
    let requested = try Wakeup()
    self.requested = requested
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    let awaited = signals
    try Thread.detached {
      var signals = awaited
      var number: Int32 = 0
      unsafe sigwait(&signals, &number)
      requested.set()
      unsafe sigwait(&signals, &number)
      _exit(128 + number)
    }
  }
}
