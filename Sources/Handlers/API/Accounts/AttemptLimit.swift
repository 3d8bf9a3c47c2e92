internal import Glibc
internal import LambdaEvents
internal import Postgres

/// A token bucket of attempts, shared by all workers: a number at once, then one in a number of seconds.
///
/// An attempt is taken before the password is checked, so that parallel attempts cannot exceed the
/// limit; an attempt that succeeds is given back.
struct AttemptLimit {
  /// What is limited; it differs for every limit.
  let subject: String
  /// The number of attempts in a full bucket.
  let room: Int
  /// The number of seconds in which it regains one.
  let refill: Int

  /// Attempts at a user's password from networks that the user has not logged in from.
  static func name(_ name: String) -> AttemptLimit {
    AttemptLimit(subject: "name \(name)", room: 10, refill: 60)
  }

  /// Attempts at any password from a network, and registrations.
  static func source(_ source: String) -> AttemptLimit {
    AttemptLimit(subject: "source \(source)", room: 30, refill: 10)
  }

  /// Attempts at a user's password from a network that the user has logged in from.
  static func name(_ name: String, at source: String) -> AttemptLimit {
    AttemptLimit(subject: "name \(name) source \(source)", room: 10, refill: 60)
  }

  /// Takes one attempt from each limit; all callers have to pass limits in the same order.
  ///
  /// - Throws: The problem that none is left, with the time until there is one.
  static func take(
    _ limits: [AttemptLimit], _ connection: inout PostgresConnection
  ) throws {
    for limit in limits {
      guard let wait = try limit.take(&connection) else { continue }
      throw Problem(
        .tooManyAttempts, "There were too many attempts with this name or from this address.",
        hint: "Try again in \(wait) s.", headers: [("retry-after", String(wait))])
    }
  }

  /// Takes one attempt; returns the seconds to wait when none is left.
  private func take(_ connection: inout PostgresConnection) throws -> Int? {
    // The row's lock serializes parallel attempts.
    let isTaken =
      try connection.run(
        """
        INSERT INTO sluice.attempts AS a (subject, full_at)
        VALUES (sha256(convert_to($1, 'UTF8')), clock_timestamp() + $2 * interval '1 s')
        ON CONFLICT (subject) DO UPDATE
          SET full_at = greatest(a.full_at, clock_timestamp()) + $2 * interval '1 s'
          WHERE a.full_at <= clock_timestamp() + $2 * ($3 - 1) * interval '1 s'
        """, [.text(subject), .integer(refill), .integer(room)]) > 0
    guard !isTaken else { return nil }
    return try connection.rowIfPresent(
      """
      SELECT ceil(extract(epoch FROM full_at - clock_timestamp()) - $2 * ($3 - 1))::integer
      FROM sluice.attempts WHERE subject = sha256(convert_to($1, 'UTF8'))
      """, [.text(subject), .integer(refill), .integer(room)]
    ) { row in max(1, try row.int()) } ?? 1
  }

  /// Gives one attempt back.
  func giveBack(_ connection: inout PostgresConnection) throws {
    try connection.run(
      """
      UPDATE sluice.attempts SET full_at = full_at - $2 * interval '1 s'
      WHERE subject = sha256(convert_to($1, 'UTF8'))
      """, [.text(subject), .integer(refill)])
  }

  /// Deletes rows of full buckets, but none that is locked: it must not wait.
  static func sweep(_ connection: inout PostgresConnection) throws {
    try connection.run(
      """
      DELETE FROM sluice.attempts WHERE subject IN (
        SELECT subject FROM sluice.attempts WHERE full_at < clock_timestamp()
        LIMIT 100 FOR UPDATE SKIP LOCKED)
      """)
  }
}

extension APIRequest {
  /// The network that the call came from: the address, or the first 64 bits of IPv6, because a customer
  /// has all of the rest.
  var sourceNetwork: String {
    guard let address = sourceIP else { return "unknown" }
    var bytes = in6_addr()
    guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else {
      // An address is short; everything longer counts as one source.
      return address.utf8.count <= 15 ? address : "unknown"
    }
    let network = unsafe withUnsafeBytes(of: bytes) { all in unsafe Array(all.prefix(8)) }
    // An IPv4 address in IPv6 form follows the first 64 bits.
    guard network.contains(where: { $0 != 0 }) else { return address }
    return network.map { String($0, radix: 16) }.joined(separator: ":")
  }
}
