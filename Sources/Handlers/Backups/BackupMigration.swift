package import Tables

extension Migration {
  /// The tables of backups and restores.
  package static let backups = Migration(version: 5, sql: PackageResources._005_backups_sql)
}
