import JSON
import LambdaRuntime
import Postgres
package import TestSupport

/// The handlers with a PostgreSQL server of their own, whose faults a test orders.
package struct ClusterRig: ~Copyable {
  /// Whether servers can be made.
  package static var isAvailable: Bool { LoaderRig.isAvailable && ScratchCluster.isAvailable }
  /// What to do when they cannot.
  package static let reason =
    "set TEST_DATABASE_URL and TEST_AWS_ENDPOINT_URL, install postgresql, openssl"

  /// The server.
  package let cluster: ScratchCluster
  /// The handlers that use it.
  package var loader: LoaderRig

  /// Connects as the superuser unless the variables say otherwise.
  package init(_ cluster: ScratchCluster, _ more: [String: String] = [:]) throws {
    self.cluster = cluster
    loader = try LoaderRig(
      ["DATABASE_URL": Self.url(cluster), "API_ACCESS": "open-reads"].merging(more) { $1 })
  }

  /// The database `app` over the Unix socket, as the superuser.
  package static func url(_ cluster: ScratchCluster) -> String {
    cluster.localURL.replacing("/postgres?", with: "/app?")
  }

  /// The database `app` over TLS, as its owner, to whom three sessions are left.
  package static func ownerURL(_ cluster: ScratchCluster) -> String {
    cluster.url().replacing("/postgres?", with: "/app?")
  }

  /// Runs statements as the superuser.
  package func execute(_ sql: String) throws {
    var connection = try PostgresConnection(PostgresSettings(url: Self.url(cluster)))
    try connection.execute(sql)
  }

  /// Runs a query, as the superuser, that gives one value.
  package func value(_ sql: String) throws -> String {
    var connection = try PostgresConnection(PostgresSettings(url: Self.url(cluster)))
    return try connection.row(sql) { try $0.textIfPresent() ?? "" }
  }

  /// Ends the sessions of everybody else, and waits until they have ended.
  package func endSessions() throws {
    try execute(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
      """)
  }

  /// How many sessions there are beside the one that asks.
  package func sessionCount() throws -> String {
    try value(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
      """)
  }
}

extension LoaderRig {
  /// What came of a message that was handed over, with everything that was logged.
  package struct Delivery {
    /// The report of the load.
    package let report: Report
    /// What was logged.
    package let log: String
    /// Whether time was left when it was over.
    package let isInTime: Bool

    /// Whether the message goes back to the queue.
    package var isReturned: Bool { report.returned == 1 }
  }

  /// Uploads an object and hands over its message.
  package mutating func deliver(
    _ text: String, as key: String, timeout: Duration = .seconds(30)
  ) throws -> Delivery {
    let eTag = try upload(text, as: key)
    let log = LogCapture()
    let deadline = ContinuousClock.now + timeout
    let answer = try invoke(
      try batch([notification(key, eTag: eTag)]), timeout: timeout, log: log.log)
    let isInTime = ContinuousClock.now < deadline
    return Delivery(
      report: Report(value: answer["loads"]?[0] ?? .null, answer: answer), log: log.text,
      isInTime: isInTime)
  }
}
