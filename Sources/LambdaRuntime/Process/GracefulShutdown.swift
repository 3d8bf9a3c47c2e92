internal import Glibc
internal import Synchronization

/// Ends the environment in good order when the service sends SIGTERM.
///
/// The service sends it only to environments with an extension, so the runtime registers one that
/// takes no events. The budget is 300 ms from the signal.
enum GracefulShutdown {
  /// What is left of the budget goes to the kernel.
  private static let patienceMicroseconds: UInt32 = 220_000

  private static let requested = Atomic<Bool>(false)

  /// Whether SIGTERM has come.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Starts to listen for SIGTERM, on a thread of its own, and registers the extension.
  ///
  /// Must come before other threads are started, because they inherit the blocked signal.
  static func begin(address: RuntimeAPIAddress, watches: [ConnectionWatch], log: Log) {
    var set = sigset_t()
    _ = unsafe sigemptyset(&set)
    _ = unsafe sigaddset(&set, SIGTERM)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let listener = WorkerThread { [set] in
      var (set, number) = (set, Int32(0))
      while unsafe sigwait(&set, &number) != 0 {}
      requested.store(true, ordering: .relaxed)
      for watch in watches { watch.stop() }
      usleep(patienceMicroseconds)
      _exit(0)
    }
    if listener == nil { log.warn("no thread could be started to wait for SIGTERM") }
    do {
      let body = #"{"events":[]}"#
      let fields = """
        Lambda-Extension-Name: sluice\r
        Content-Type: application/json\r
        Content-Length: \(body.utf8.count)\r

        """
      let id = try send("POST /2020-01-01/extension/register", fields, body, to: address)
      // Registering is complete only when the extension asks for its first event, which never comes.
      _ = WorkerThread {
        let next = "GET /2020-01-01/extension/event/next"
        _ = try? send(next, "Lambda-Extension-Identifier: \(id)\r\n", to: address)
        return 0
      }
    } catch {
      log.warn("no extension could be registered, so SIGTERM may not come: \(error)")
    }
  }

  /// Sends a request over a connection of its own and returns the extension's identifier.
  private static func send(
    _ request: String, _ fields: String, _ body: String = "", to address: RuntimeAPIAddress
  ) throws(TransportError) -> String {
    var connection = RuntimeConnection(to: address, watch: ConnectionWatch())
    let head = "\(request) HTTP/1.1\r\nHost: \(address.authority)\r\n\(fields)\r\n"
    let reply = try connection.exchange(head.utf8Span.span, body.utf8Span.span)
    guard reply.status == 200, let id = connection.text(reply.head.extensionID) else {
      throw .malformed("status \(reply.status), or no identifier")
    }
    return id
  }
}
