internal import CSV
internal import JSON
internal import Tables

/// A resource of a Data Package as it is written.
struct ResourceDraft {
  /// The computed key of datasets that have none of their own.
  static let rowID = "row_id"

  let name: String
  let path: String?
  let table: String?
  let fields: [FieldGuess]
  /// Names of fields; none for a key that is computed.
  let key: [String]
  let dialect: CSVDialect
  let hasHeader: Bool
  /// Whether columns are taken by position, because the header's names are not those of the schema.
  let isHeaderSkipped: Bool

  var json: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("name", name)
    if let path { json.member("path", String(path.split(separator: "/").last ?? "")) }
    json.key("schema")
    json.beginObject()
    json.key("fields")
    json.beginArray()
    for field in fields { field.write(to: &json) }
    json.endArray()
    if !key.isEmpty { writeKey(key, &json) }
    json.endObject()
    writeDialect(&json)
    writeOwn(&json)
    json.endObject()
    return json.bytes
  }

  private func writeKey(_ names: [String], _ json: inout JSONWriter) {
    json.key("primaryKey")
    guard names.count > 1 else { return json.string(names[0]) }
    json.beginArray()
    for name in names { json.string(name) }
    json.endArray()
  }

  /// Writes what is not as in RFC 4180.
  private func writeDialect(_ json: inout JSONWriter) {
    let standard = CSVDialect()
    guard dialect != standard || !hasHeader else { return }
    json.key("dialect")
    json.beginObject()
    for (key, byte, usual) in [
      ("delimiter", dialect.delimiter, standard.delimiter),
      ("quoteChar", dialect.quote, standard.quote), ("escapeChar", dialect.escape, nil),
    ] as [(String, UInt8?, UInt8?)] where byte != usual {
      json.member(key, byte.map { String(UnicodeScalar($0)) } ?? "")
    }
    if dialect.skipInitialSpace {
      json.member("skipInitialSpace", true)
    }
    if !hasHeader {
      json.member("header", false)
    }
    json.endObject()
  }

  private func writeOwn(_ json: inout JSONWriter) {
    json.key("sluice")
    json.beginObject()
    if let table, table != name { json.member("table", table) }
    json.member("prefix", "uploads/\(name)/")
    if isHeaderSkipped { json.member("header", "skip") }
    if key.isEmpty { writeRowID(&json) }
    json.endObject()
  }

  /// Writes a key that is the same for the same record, whenever it is loaded.
  private func writeRowID(_ json: inout JSONWriter) {
    let names = fields.map(\.name)
    var id = Self.rowID
    while names.contains(id) { id += "_" }
    // A character that text hardly holds tells a missing value from an empty one.
    let values = fields.map { field in
      let column = "\(SQLText.identifier(field.name))::text"
      return field.isRequired ? column : "coalesce(\(column), chr(30))"
    }
    let text = "concat_ws(chr(31), \(values.joined(separator: ", ")))"
    json.key("columns")
    json.beginArray()
    json.beginObject()
    json.member("name", id)
    json.member("type", "string")
    json.member("format", "uuid")
    json.member("required", true)
    json.member(
      "expression", "encode(substr(sha256(convert_to(\(text), 'UTF8')), 1, 16), 'hex')::uuid")
    json.endObject()
    for name in names {
      json.beginObject()
      json.member("name", name)
      json.endObject()
    }
    json.endArray()
    writeKey([id], &json)
  }
}
