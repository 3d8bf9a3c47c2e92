internal import CLibpq
internal import Glibc
internal import System

/// Keeps one connection from invocation to invocation and replaces it when it is dead.
///
/// An execution environment may sleep for hours between two invocations; whatever the network and
/// the server did meanwhile shows at the next `withConnection`.
public struct PostgresSession: ~Copyable {
  /// Says what to do when the connection is lost while the body runs.
  public enum LossPolicy: Sendable {
    /// The error goes to the caller: the body may have had effects.
    case fail
    /// The body runs once more on a new connection: it has no effect, or the same when run twice.
    case runAgain
  }

  /// Gives the settings of a new connection, within the time that is left for it.
  ///
  /// After a login that was refused it is asked once more with the server's error: it then gives
  /// other settings, or throws why there are none.
  public typealias SettingsSource = (
    _ refusal: PostgresError?, _ timeout: Duration
  ) throws -> PostgresSettings

  private let settings: SettingsSource
  private let connectTimeout: Duration
  private let onNotice: @Sendable (PostgresNotice) -> Void
  private var connection: PostgresConnection?
  private var lastUse = IdleClock()

  /// Keeps a source of settings, which is asked for each new connection; the first `withConnection`
  /// connects.
  public init(
    connectTimeout: Duration = .seconds(10),
    onNotice: @escaping @Sendable (PostgresNotice) -> Void = { _ in },
    settings: @escaping SettingsSource
  ) {
    self.settings = settings
    self.connectTimeout = connectTimeout
    self.onNotice = onNotice
  }

  /// Lends a live connection.
  ///
  /// A connection that was idle for more than a second is asked first, and replaced when it does
  /// not answer; there is at most one such replacement in a call. After an error the connection is
  /// kept only if it is idle and outside a transaction.
  ///
  /// A server that has no connection to spare, or is starting, is asked again with growing pauses
  /// as long as the patience lasts; so is a login that was refused, once, with other settings.
  public mutating func withConnection<R>(
    onLoss policy: LossPolicy = .fail, patience: Duration = .seconds(10),
    _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    let end = Instant.now + patience
    let wasReplaced = dropIfDead()
    do {
      return try lend(until: end, body)
    } catch is LostConnection where policy == .runAgain && !wasReplaced {
      do { return try lend(until: end, body) } catch let lost as LostConnection { throw lost.cause }
    } catch let lost as LostConnection {
      throw lost.cause
    }
  }

  /// Lends the connection, a new one if there is none, and keeps it afterwards if it is usable.
  private mutating func lend<R>(
    until end: Instant, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    var lent: PostgresConnection
    if let kept = connection.take() {
      lent = kept
    } else {
      lent = try connect(until: end)
    }
    do {
      let value = try body(&lent)
      keep(lent)
      return value
    } catch {
      guard lent.isAlive else { throw LostConnection(cause: error) }
      keep(lent)
      throw error
    }
  }

  private func connect(until end: Instant) throws -> PostgresConnection {
    var renewed: PostgresSettings?
    var busy: PostgresError?
    var pauses = 0
    while true {
      let settings = try renewed ?? settings(nil, end - .now)
      do throws(PostgresError) {
        return try PostgresConnection(
          settings, connectTimeout: max(.milliseconds(1), min(connectTimeout, end - .now)),
          onNotice: onNotice)
      } catch {
        if error.isLoginRefused, renewed == nil {
          renewed = try self.settings(error, end - .now)
          continue
        }
        guard error.isBusy else {
          // An attempt that was begun late says less than what it was begun for.
          throw .now >= end ? busy ?? error : error
        }
        busy = error
      }
      // From 50 ms to a second, never in step with the others who wait.
      let longest = min(1_000_000, 50_000 << min(pauses, 5))
      let pause = Int.random(in: longest / 2...longest)
      if let busy, .now + .microseconds(pause) >= end { throw busy }
      usleep(UInt32(pause))
      pauses += 1
    }
  }

  private mutating func keep(_ lent: consuming PostgresConnection) {
    guard lent.isUsable else { return }
    connection = consume lent
    lastUse = IdleClock()
  }

  /// Drops the kept connection when it does not answer, and says whether it did.
  private mutating func dropIfDead() -> Bool {
    guard var kept = connection.take() else { return false }
    do throws(PostgresError) {
      // A server that went away has mostly said so; to look costs one system call.
      if lastUse.elapsed > .seconds(1) || kept.hasUnreadInput { try kept.ping() }
    } catch {
      return true
    }
    guard kept.isUsable else { return true }
    connection = consume kept
    return false
  }
}

/// Carries the body's error past the question whether the connection survived it.
private struct LostConnection: Error {
  let cause: any Error
}

/// Measures how long ago something was, across a freeze of the whole machine too.
struct IdleClock {
  private let moment = Instant.now
  private let wallSeconds = time(nil)

  /// The time since, by the clock that saw more of it.
  ///
  /// A machine that was frozen may not have counted the time, but its calendar is set right again.
  var elapsed: Duration {
    max(Instant.now - moment, .seconds(abs(time(nil) - wallSeconds)))
  }
}
