internal import Glibc
internal import JSON

/// Ends the environment in good order when the service says so.
///
/// The service sends SIGTERM only to environments with an extension, so one is registered from
/// within the process; it takes no events and waits for ever. The budget is 300 ms from the signal.
enum GracefulShutdown {
  /// What is left of the budget goes to the kernel.
  private static let patienceMicroseconds: UInt32 = 220_000

  /// Starts to listen for SIGTERM, on a thread of its own, and registers the extension.
  ///
  /// Must come before other threads are started, because they inherit the blocked signal.
  static func begin(address: RuntimeAPIAddress, watches: [ConnectionWatch], log: Log) {
    var set = sigset_t()
    _ = unsafe sigemptyset(&set)
    _ = unsafe sigaddset(&set, SIGTERM)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let signals = WorkerThread {
      awaitSignal()
      Shutdown.request()
      for watch in watches { watch.stop() }
      usleep(patienceMicroseconds)
      _exit(0)
    }
    if signals == nil { log.warn("no thread could be started to wait for SIGTERM") }
    var registration = ExtensionRegistration(to: address)
    do {
      let id = try registration.register()
      // Registering is complete only when the extension asks for its first event.
      _ = WorkerThread { ExtensionRegistration.awaitEvent(address, id) }
    } catch {
      log.warn("no extension could be registered, so SIGTERM may not come: \(error)")
    }
  }

  private static func awaitSignal() {
    var set = sigset_t()
    _ = unsafe sigemptyset(&set)
    _ = unsafe sigaddset(&set, SIGTERM)
    var number: Int32 = 0
    while unsafe sigwait(&set, &number) != 0 {}
  }
}
