package import Tables

extension Migration {
  /// The tables of `job-ingest`.
  package static let jobIngest = Migration(version: 2, sql: PackageResources._002_job_ingest_sql)
}
