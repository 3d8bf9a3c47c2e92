internal import Glibc
public import Postgres
internal import Synchronization

/// Stands between libpq and the server and breaks their conversation on command.
///
/// It listens on a Unix socket of its own; `databaseURL` leads through it. One rule at a time.
public final class TCPCutter: Sendable {
  /// Says when to cut, counted from the moment the rule is set.
  public enum Rule: Sendable {
    /// Forwards everything.
    case pass
    /// Forwards nothing more, in either direction, and keeps the connections open.
    case stall
    /// The same for the connections that are open now; later ones pass.
    case stallPresent
    /// Cuts when the client has sent this many bytes.
    case cutAfterClientBytes(Int)
    /// Cuts when the server has sent this many bytes.
    case cutAfterServerBytes(Int)
    /// Cuts instead of forwarding what contains this text.
    case cutBeforeClientSays(String)
    /// Forwards what contains this text, waits for the server's answer and cuts instead of passing
    /// the answer on.
    case cutAfterServerHeard(String)
  }

  /// The given URL, led through the cutter.
  public let databaseURL: String
  private let directory: String
  private let path: String
  private let line: Line

  /// Listens, and leads to the server that the URL names.
  public init(_ databaseURL: String) throws {
    let settings = try PostgresSettings(url: databaseURL)
    let port = settings["port"] ?? "5432"
    let host = settings["host"] ?? "/var/run/postgresql"
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    directory = "/tmp/cutter-\(unique)"
    guard unsafe mkdir(directory, 0o700) == 0 else { throw SystemCallFailure("mkdir") }
    path = "\(directory)/.s.PGSQL.\(port)"
    line = Line(
      listener: try LocalSocket.listening(at: path), upstream: "\(host)/.s.PGSQL.\(port)")
    // The last of two equal parameters counts.
    self.databaseURL =
      databaseURL + (databaseURL.contains("?") ? "&" : "?") + "host=\(directory)&port=\(port)"
    try line.start()
  }

  deinit {
    line.stop()
    _ = unsafe unlink(path)
    _ = unsafe rmdir(directory)
  }

  /// The settings that lead through the cutter.
  public var settings: PostgresSettings {
    get throws { try PostgresSettings(url: databaseURL) }
  }

  /// Sets the rule from now on.
  public func set(_ rule: Rule) { line.set(rule) }

  /// How many bytes the client has sent since the rule was set.
  public var clientBytes: Int { line.clientBytes }

  /// How many bytes the server has sent since the rule was set.
  public var serverBytes: Int { line.serverBytes }

  /// Cuts all connections, which both sides see when this returns; new ones may come.
  public func cut() { line.cut() }

  /// How many connections have come so far.
  public var connectionCount: Int { line.connectionCount }

  /// How many of them neither side nor the cutter has ended, as far as the cutter has noticed.
  public var openConnectionCount: Int { line.openConnectionCount }
}

/// The threads of one cutter: one that accepts, one for each connection.
private final class Line: Sendable {
  private struct Pair {
    let client: LocalSocket
    let server: LocalSocket

    func shutDown() {
      client.shutDown()
      server.shutDown()
    }
  }

  private struct State {
    var rule = TCPCutter.Rule.pass
    var clientBytes = 0
    var serverBytes = 0
    var isAwaitingAnswer = false
    var connectionCount = 0
    var open: [Int: Pair] = [:]
    var stalledConnections = 0
  }

  private let state = Mutex(State())
  private let listener: LocalSocket
  private let upstream: String

  init(listener: LocalSocket, upstream: String) {
    self.listener = listener
    self.upstream = upstream
  }

  var clientBytes: Int { state.withLock { $0.clientBytes } }

  var serverBytes: Int { state.withLock { $0.serverBytes } }

  var connectionCount: Int { state.withLock { $0.connectionCount } }

  var openConnectionCount: Int { state.withLock { $0.open.count } }

  func set(_ rule: TCPCutter.Rule) {
    state.withLock {
      $0.rule = rule
      $0.clientBytes = 0
      $0.serverBytes = 0
      $0.isAwaitingAnswer = false
      $0.stalledConnections = $0.connectionCount
    }
  }

  func cut() {
    state.withLock {
      for pair in $0.open.values { pair.shutDown() }
      $0.open = [:]
    }
  }

  func stop() {
    listener.shutDown()
    cut()
  }

  func start() throws {
    try BlockingThread.start { self.accept() }
  }

  private func accept() {
    while let client = listener.accept() {
      guard let server = try? LocalSocket.connected(to: upstream) else { continue }
      let pair = Pair(client: client, server: server)
      let number = state.withLock {
        $0.connectionCount += 1
        $0.open[$0.connectionCount] = pair
        return $0.connectionCount
      }
      try? BlockingThread.start { self.pump(pair, number) }
    }
  }

  private func pump(_ pair: Pair, _ number: Int) {
    while state.withLock({ $0.open[number] != nil }) {
      guard state.withLock({ Self.mayPass(number, $0) }) else {
        usleep(5_000)
        continue
      }
      guard isReadable([pair.client, pair.server], milliseconds: 5) else { continue }
      guard
        forward(from: pair.client, to: pair.server, number, isClient: true),
        forward(from: pair.server, to: pair.client, number, isClient: false)
      else { break }
    }
    pair.shutDown()
    state.withLock { _ = $0.open.removeValue(forKey: number) }
  }

  /// Forwards what is there; false when the line is to be cut.
  private func forward(
    from source: LocalSocket, to target: LocalSocket, _ number: Int, isClient: Bool
  ) -> Bool {
    // What comes after a rule was set falls under it, also when we waited for it before.
    guard isReadable([source], milliseconds: 0), state.withLock({ Self.mayPass(number, $0) })
    else { return true }
    let bytes = source.receive()
    guard !bytes.isEmpty else { return false }
    let allowed = allowance(bytes[...], isClient: isClient)
    return target.send(bytes[..<allowed]) && allowed == bytes.count
  }

  private func isReadable(_ sockets: [LocalSocket], milliseconds: Int32) -> Bool {
    var list = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    return unsafe poll(&list, nfds_t(list.count), milliseconds) > 0
  }

  private static func mayPass(_ number: Int, _ state: State) -> Bool {
    switch state.rule {
    case .stall: false
    case .stallPresent: number > state.stalledConnections
    default: true
    }
  }

  /// How many of the bytes may pass; fewer than all means that the line is cut after them.
  private func allowance(_ bytes: ArraySlice<UInt8>, isClient: Bool) -> Int {
    state.withLock {
      let before = isClient ? $0.clientBytes : $0.serverBytes
      if isClient { $0.clientBytes += bytes.count } else { $0.serverBytes += bytes.count }
      switch $0.rule {
      case .pass, .stall, .stallPresent: return bytes.count
      case .cutAfterClientBytes(let limit) where isClient:
        return min(bytes.count, max(0, limit - before))
      case .cutAfterServerBytes(let limit) where !isClient:
        return min(bytes.count, max(0, limit - before))
      case .cutBeforeClientSays(let text) where isClient:
        return bytes.contains(text) ? 0 : bytes.count
      case .cutAfterServerHeard(let text):
        if isClient, bytes.contains(text) { $0.isAwaitingAnswer = true }
        return !isClient && $0.isAwaitingAnswer ? 0 : bytes.count
      default: return bytes.count
      }
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func contains(_ text: String) -> Bool {
    firstRange(of: Array(text.utf8)) != nil
  }
}
