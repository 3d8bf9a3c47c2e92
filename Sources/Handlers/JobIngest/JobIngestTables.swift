package import Tables

extension Migration {
  /// The tables of `job-ingest`.
  package static let jobIngest = Migration(version: 2, sql: PackageResources._002_job_ingest_sql)
}

extension PublicTable {
  /// The tables of `job-ingest` that hold what its searches found.
  package static let jobIngest = [
    PublicTable(
      "postings", key: ["id"],
      elements: (column: "place_ids", table: "posting_places", noun: "places")),
    PublicTable("posting_locations", key: ["posting_id", "place_id"], isView: true),
    // Postings name places by their ids, and workers remember those.
    PublicTable("posting_places", key: ["id"], isServed: false, onlyGrows: true),
    PublicTable("posting_searches", key: ["search", "posting_id"]),
  ]
}
