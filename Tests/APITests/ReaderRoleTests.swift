import API
import Backups
import FeatureRigs
import JobIngest
import LambdaRuntime
import Postgres
import TestSupport
import Testing

@testable import API
@testable import Tables

/// Reads lower themselves to a role that can read and no more, whoever made it.
@Suite(.enabled(if: ScratchCluster.isAvailable, "install postgresql, openssl"))
struct `The role of reads` {
  private static let migrations = Migration.ledger + [.jobIngest, .backups, .api, .accounts]

  /// Prepares the database as its owner, who is no superuser, and gives the role that reads run in.
  private static func role(
    _ cluster: ScratchCluster, owner attributes: String, _ sql: String = ""
  ) throws -> String {
    var admin = try PostgresConnection(PostgresSettings(url: ClusterRig.url(cluster)))
    try admin.execute("ALTER ROLE app \(attributes); \(sql)")
    var owner = try PostgresConnection(PostgresSettings(url: ClusterRig.ownerURL(cluster)))
    try DatabaseSchema(migrations: migrations, datasets: []).prepare(&owner)
    try owner.execute(
      "CREATE TABLE mine (id integer PRIMARY KEY); BEGIN READ ONLY;"
        + "SELECT sluice.enter_reading(NULL, NULL, '5000')")
    let role = try owner.row("SELECT current_user, count(*) FROM public.mine, sluice.loads") {
      try $0.text()
    }
    let mayWrite = try owner.row("SELECT has_table_privilege('mine', 'INSERT')") { try $0.bool() }
    #expect(mayWrite == (role == "app"))
    try owner.execute("COMMIT")
    let after = try owner.row("SELECT current_user") { try $0.text() }
    #expect(after == "app")
    return role
  }

  @Test func `an owner who may create roles takes on the one that reads`() throws {
    let cluster = try ScratchCluster()
    let role = try Self.role(cluster, owner: "CREATEROLE")
    #expect(role.hasPrefix("sluice_reader_"))
  }

  @Test func `an owner who may not create roles reads as himself`() throws {
    let cluster = try ScratchCluster()
    #expect(try Self.role(cluster, owner: "NOCREATEROLE") == "app")
  }

  @Test func `a role that cannot come to the tables is not taken on`() throws {
    let cluster = try ScratchCluster()
    let role = try Self.role(
      cluster, owner: "CREATEROLE",
      """
      ALTER SCHEMA public OWNER TO postgres; REVOKE ALL ON SCHEMA public FROM PUBLIC;
      GRANT ALL ON SCHEMA public TO app
      """)
    #expect(role == "app")
  }
}
