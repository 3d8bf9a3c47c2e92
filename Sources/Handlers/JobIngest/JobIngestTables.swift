package import Tables

extension Migration {
  /// The tables of `job-ingest`.
  package static let jobIngest = Migration(version: 2, sql: PackageResources._002_job_ingest_sql)
}

extension PublicTable {
  /// The tables of `job-ingest` that hold postings.
  package static let jobIngest = [
    PublicTable(
      "postings", key: ["id"],
      elements: (column: "place_ids", table: "posting_places", noun: "places")),
    PublicTable("posting_locations", key: ["posting_id", "place_id"], isView: true),
    // Postings refer to places by id, and workers cache the ids.
    PublicTable("posting_places", key: ["id"], isServed: false, onlyGrows: true),
    PublicTable("posting_searches", key: ["search", "posting_id"]),
  ]
}
