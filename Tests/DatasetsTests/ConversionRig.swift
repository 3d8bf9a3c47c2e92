import CSV
import Datasets
import Glibc
import Postgres
import Testing

/// Texts on their way through parser, encoder and COPY, and the server's own view of them.
enum ConversionRig {
  /// A dataset with a key and one field, which is given by its JSON members beside its name.
  static func dataset(
    _ field: String, schema: String = "", dialect: String = "{}"
  ) throws -> Dataset {
    let json = """
      {"name":"p","resources":[{"name":"t","schema":{"fields":[
      {"name":"k","type":"integer","constraints":{"required":true}},
      {"name":"v",\(field)}],"primaryKey":"k"\(schema)},"dialect":\(dialect)}]}
      """
    let package = try DataPackage(json: Array(json.utf8))
    return try #require(package.dataset(named: "t"))
  }

  static func connect() throws -> PostgresConnection {
    let url = unsafe getenv("TEST_DATABASE_URL").map { unsafe String(cString: $0) }
    return try PostgresConnection(try PostgresSettings(url: try #require(url)))
  }

  /// Each text's value as PostgreSQL shows it, or the code it was refused with.
  static func values(_ texts: [String], _ field: String) throws -> [String] {
    try values(texts, of: try dataset(field))
  }

  static func values(_ texts: [String], of dataset: Dataset) throws -> [String] {
    var values: [String] = Array(repeating: "lost", count: texts.count)
    var rows = encode(texts, dataset, &values)
    rows.appendTrailer()
    var connection = try connect()
    try connection.execute("SET intervalstyle = iso_8601")
    let type = try #require(dataset.fields.last).traits.sql
    try connection.execute("CREATE TEMPORARY TABLE t (k bigint, v \(type))")
    try connection.beginCopyIn("COPY t FROM STDIN (FORMAT binary)")
    try rows.withBytes { bytes in try connection.putCopy(bytes) }
    _ = try connection.endCopyIn()
    _ = try connection.rows("SELECT k, coalesce(v::text, 'NULL') FROM t") { row in
      values[try row.int()] = try row.text()
    }
    return values
  }

  private static func encode(
    _ texts: [String], _ dataset: Dataset, _ values: inout [String]
  ) -> RowBuffer {
    var encoder = RowEncoder(dataset, sources: [0, 1])
    var rows = RowBuffer()
    rows.appendHeader()
    let file = texts.enumerated().map { index, text in
      "\(index),\"\(text.replacing("\"", with: "\"\""))\"\n"
    }.joined()
    var parser = CSVParser()
    var codes: [Int: String] = [:]
    let bytes = Array(file.utf8)
    parser.consume(bytes.span) { batch in
      var index = 0
      while index < batch.count {
        switch encoder.encode(
          batch, from: index, isText: RowEncoder.isText(batch), into: &rows, limit: .max)
        {
        case .refused(let refused, let fault):
          codes[batch.number(at: refused) - 1] = "refused: \(fault.code.rawValue)"
          index = refused + 1
        case .end, .full: index = batch.count
        }
      }
    }
    for (index, code) in codes { values[index] = code }
    return rows
  }

  /// What PostgreSQL's own input makes of each text; nil where it refuses it.
  static func oracle(_ texts: [String], _ type: String) throws -> [String?] {
    var connection = try connect()
    try connection.execute(
      """
      SET intervalstyle = iso_8601;
      CREATE FUNCTION pg_temp.judge(t text) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN RETURN t::\(type)::text; EXCEPTION WHEN data_exception OR program_limit_exceeded
        OR statement_too_complex THEN RETURN NULL; END $$
      """)
    return try connection.rows(
      """
      SELECT pg_temp.judge(t) FROM unnest($1::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n
      """, [.textArray(texts)]
    ) { row in try row.textIfPresent() }
  }
}

/// A field's declaration, texts, and what becomes of each.
struct FieldTexts: Sendable, CustomTestStringConvertible {
  private static let codes: Set = [
    "type", "missing", "minimum", "maximum", "min-length", "max-length", "pattern", "enum",
  ]

  let field: String
  /// The value as PostgreSQL shows it, or the code of the reject.
  let texts: KeyValuePairs<String, String>

  init(_ field: String, _ texts: KeyValuePairs<String, String>) {
    self.field = field
    self.texts = texts
  }

  var testDescription: String { field }

  func check() throws {
    let values = try ConversionRig.values(texts.map(\.key), field)
    for ((text, expected), value) in zip(texts, values) {
      let isCode = Self.codes.contains(expected)
      #expect(value == (isCode ? "refused: \(expected)" : expected), "\(text) as \(field)")
    }
  }
}
