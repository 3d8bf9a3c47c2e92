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
    guard unsafe mkdir(directory, 0o700) == 0 else { throw CutterError(errno) }
    path = "\(directory)/.s.PGSQL.\(port)"
    let listener = try LocalSocket.listen(path)
    line = Line(listener: listener, upstream: "\(host)/.s.PGSQL.\(port)")
    // The last of two equal parameters counts.
    self.databaseURL =
      databaseURL + (databaseURL.contains("?") ? "&" : "?") + "host=\(directory)&port=\(port)"
    line.start()
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

  /// Cuts all connections now; new ones may come.
  public func cut() { line.cut() }

  /// How many connections have come so far.
  public var connectionCount: Int { line.connectionCount }

  /// How many of them neither side has ended, as far as the cutter has noticed.
  public var openConnectionCount: Int { line.openConnectionCount }
}

/// Says which system call of the cutter failed.
struct CutterError: Error, CustomStringConvertible {
  let code: Int32

  init(_ code: Int32) { self.code = code }

  var description: String { unsafe String(cString: strerror(code)) }
}

/// The threads of one cutter: one that accepts, one for each connection.
private final class Line: Sendable {
  private struct State {
    var rule = TCPCutter.Rule.pass
    var clientBytes = 0
    var serverBytes = 0
    /// Raised by each cut; a connection made under an earlier number is dead.
    var generation = 0
    var isAwaitingAnswer = false
    var isStopped = false
    var connectionCount = 0
    var endedConnectionCount = 0
    var stalledConnections = 0
  }

  private let state = Mutex(State())
  private let listener: Int32
  private let upstream: String

  init(listener: Int32, upstream: String) {
    self.listener = listener
    self.upstream = upstream
  }

  var connectionCount: Int { state.withLock { $0.connectionCount } }

  var openConnectionCount: Int {
    state.withLock { $0.connectionCount - $0.endedConnectionCount }
  }

  func set(_ rule: TCPCutter.Rule) {
    state.withLock {
      $0.rule = rule
      $0.clientBytes = 0
      $0.serverBytes = 0
      $0.isAwaitingAnswer = false
      $0.stalledConnections = $0.connectionCount
    }
  }

  func cut() { state.withLock { $0.generation += 1 } }

  func stop() { state.withLock { $0.isStopped = true } }

  func start() { detach { self.accept() } }

  private func accept() {
    while !state.withLock({ $0.isStopped }) {
      guard LocalSocket.isReadable(listener, milliseconds: 20) else { continue }
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else { continue }
      let server = try? LocalSocket.connect(upstream)
      guard let server else {
        close(client)
        continue
      }
      let (number, generation) = state.withLock {
        $0.connectionCount += 1
        return ($0.connectionCount, $0.generation)
      }
      detach { self.pump(client, server, number, generation) }
    }
    close(listener)
  }

  private func pump(_ client: Int32, _ server: Int32, _ number: Int, _ generation: Int) {
    var piece = [UInt8](repeating: 0, count: 65_536)
    pumping: while true {
      let (mayPass, isOver) = state.withLock {
        (Self.mayPass(number, $0), $0.isStopped || $0.generation != generation)
      }
      if isOver { break }
      guard mayPass else {
        usleep(5_000)
        continue
      }
      guard LocalSocket.isReadable(client, server, milliseconds: 5) else { continue }
      for (from, to) in [(client, server), (server, client)]
      where LocalSocket.isReadable(from, milliseconds: 0) {
        // What comes after a rule was set falls under it, also when we waited for it before.
        guard state.withLock({ Self.mayPass(number, $0) }) else { continue pumping }
        let count = unsafe read(from, &piece, piece.count)
        guard count > 0 else { break pumping }
        let allowed = allowance(piece[..<count], isClient: from == client)
        guard LocalSocket.write(piece[..<allowed], to: to), allowed == count else { break pumping }
      }
    }
    close(client)
    close(server)
    state.withLock { $0.endedConnectionCount += 1 }
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
