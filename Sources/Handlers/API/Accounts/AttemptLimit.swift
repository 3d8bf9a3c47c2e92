internal import Glibc
internal import LambdaEvents
internal import Postgres

/// A bucket of attempts that all workers take from: so many at once, and then one in so many seconds.
///
/// An attempt is taken before the password is looked at, so that any number of them at the same
/// moment get no further than the bucket allows; one that succeeds is given back.
struct AttemptLimit {
  /// What is limited; no two limits have the same.
  let subject: String
  /// How many attempts a full bucket holds.
  let room: Int
  /// In how many seconds it regains one.
  let refill: Int

  /// Attempts at a user's password by callers from networks the user has not logged in from.
  static func name(_ name: String) -> AttemptLimit {
    AttemptLimit(subject: "name \(name)", room: 10, refill: 60)
  }

  /// Attempts from a network, at whatever password; also registrations.
  static func source(_ source: String) -> AttemptLimit {
    AttemptLimit(subject: "source \(source)", room: 30, refill: 10)
  }

  /// Attempts at a user's password from a network the user has logged in from.
  static func name(_ name: String, at source: String) -> AttemptLimit {
    AttemptLimit(subject: "name \(name) source \(source)", room: 10, refill: 60)
  }

  /// Takes one attempt from each of some limits, which have to come in one order everywhere.
  ///
  /// - Throws: The problem that there are none, saying when there will be.
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

  /// Takes one attempt; gives the seconds until there is one when there is none now.
  private func take(_ connection: inout PostgresConnection) throws -> Int? {
    // The row's lock puts attempts at the same moment one after another.
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

  /// Deletes rows of full buckets, but none that anybody is at: it must not wait.
  static func sweep(_ connection: inout PostgresConnection) throws {
    try connection.run(
      """
      DELETE FROM sluice.attempts WHERE subject IN (
        SELECT subject FROM sluice.attempts WHERE full_at < clock_timestamp()
        LIMIT 100 FOR UPDATE SKIP LOCKED)
      """)
  }
}

/// The network that a call came from, as far as one caller has it to itself.
enum SourceNetwork {
  /// The address; of IPv6 the first 64 bits, of which every customer has the rest.
  static func text(of request: APIRequest) -> String {
    guard let address = request.sourceIP else { return "unknown" }
    var bytes = in6_addr()
    guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else {
      // An address is short; what is no address is all the same.
      return address.utf8.count <= 15 ? address : "unknown"
    }
    let network = unsafe withUnsafeBytes(of: bytes) { all in unsafe Array(all.prefix(8)) }
    // An IPv4 address in the form of IPv6 stands behind the first 64 bits.
    guard network.contains(where: { $0 != 0 }) else { return address }
    return network.map { String($0, radix: 16) }.joined(separator: ":")
  }
}
