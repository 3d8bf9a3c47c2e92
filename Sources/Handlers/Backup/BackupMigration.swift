extension Migration {
  /// The tables of backups and restores.
  static let backups = Migration(version: 5, sql: PackageResources._005_backups_sql)
}
