internal import Datasets
internal import LambdaEvents
internal import Postgres
internal import Tables

/// `GET /read/first-chunk`: the first rows of a table in the order they were loaded.
enum FirstChunk {
  static let routes = [
    Route(
      method: "GET", path: "/read/first-chunk", aliases: ["/read/first-chunck"],
      id: "readFirstChunk", group: .reads, summary: "The first rows of a table",
      about: "The rows come in the order they were loaded.", role: .reader,
      parameters: [
        .query(
          "table_name", .text(longest: 128),
          "A table of the Data Package; without it, the one that was loaded last."),
        .query("num_records", .integer(1...1000), default: "10", "How many rows at most."),
      ],
      success: .json(.array(.object([], isOpen: true)), "A list of rows."),
      problems: [.unknownTable], answer: answer)
  ]

  private static func answer(_ call: APICall, _ services: inout APIServices) throws -> APIAnswer {
    let count = call.arguments.integer("num_records") ?? 10
    let dataset = try dataset(call, &services)
    // Rows are stored in the order they were loaded, and a range of pages needs no index. The range
    // grows in the rare case that its pages hold too few live rows. In a partitioned table it is a
    // range of each partition.
    var pages = 2 + count / 20
    while true {
      let body = try services.row(
        call, statement(dataset), [.integer(pages), .integer(count)]
      ) { row in
        let isEnough = try row.int() >= count
        return try row.bool() || isEnough ? try row.body() : nil
      }
      if let body = body ?? nil { return .json(body) }
      pages *= 16
    }
  }

  private static func statement(_ dataset: Dataset) -> String {
    let table = SQLText.table(dataset.table)
    return """
      SELECT count(*), greatest(pg_relation_size(\(SQLText.literal(table))), (
          SELECT max(pg_relation_size(relid)) FROM pg_partition_tree(\(SQLText.literal(table)))))
          <= current_setting('block_size')::bigint * $1::bigint,
        coalesce(json_agg(r.row), '[]')
      FROM (SELECT to_json(t) AS row FROM (
        SELECT \(SQLText.list(dataset.columns.map(\.name))) FROM \(table)
        WHERE ctid < format('(%s,0)', $1::bigint)::tid ORDER BY ctid, tableoid
        LIMIT $2::bigint) t) r
      """
  }

  /// The dataset that the call names, or the one that was loaded last.
  private static func dataset(
    _ call: APICall, _ services: inout APIServices
  ) throws -> Dataset {
    let package = services.package
    if let name = call.arguments["table_name"] {
      return try package.declared(name)
    }
    let last =
      try services.row(
        call,
        """
        SELECT dataset FROM sluice.loads WHERE status = 'loaded' ORDER BY finished_at DESC LIMIT 1
        """
      ) { try $0.textIfPresent() } ?? nil
    guard let last, let dataset = package.dataset(named: last) else {
      throw Problem(
        .unknownTable,
        last == nil
          ? "Nothing was loaded yet, so there is no table to read."
          : "The table loaded last is no longer declared.",
        hint: "Name one of \(package.names) by table_name.")
    }
    return dataset
  }
}
