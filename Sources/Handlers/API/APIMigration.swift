internal import Tables

extension Migration {
  /// The users, sessions, roles and views of `api`.
  static let api = Migration(version: 6, sql: PackageResources._006_api_sql)
  /// Attempts at passwords, and where users have logged in from.
  static let accounts = Migration(version: 7, sql: PackageResources._007_accounts_sql)
  /// The view that loads are read from.
  static let loadReports = Migration(version: 8, sql: PackageResources._008_load_reports_sql)
}
