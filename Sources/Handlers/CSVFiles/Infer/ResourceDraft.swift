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
    json.object { json in
      json.member("name", name)
      if let path { json.member("path", String(path.split(separator: "/").last ?? "")) }
      json.object("schema") { json in
        json.key("fields")
        json.beginArray()
        for field in fields { field.write(to: &json) }
        json.endArray()
        if !key.isEmpty { writeKey(key, &json) }
      }
      if dialect != CSVDialect() || !hasHeader { json.object("dialect", writeDialect) }
      json.object("sluice") { json in
        if let table, table != name { json.member("table", table) }
        json.member("prefix", "uploads/\(name)/")
        if isHeaderSkipped { json.member("header", "skip") }
        if key.isEmpty { writeRowID(&json) }
      }
    }
    return json.bytes
  }

  private func writeKey(_ names: [String], _ json: inout JSONWriter) {
    if names.count == 1 {
      json.member("primaryKey", names[0])
    } else {
      json.member("primaryKey", names)
    }
  }

  /// Writes what differs from RFC 4180.
  private func writeDialect(_ json: inout JSONWriter) {
    let standard = CSVDialect()
    for (key, byte, usual) in [
      ("delimiter", dialect.delimiter, standard.delimiter),
      ("quoteChar", dialect.quote, standard.quote), ("escapeChar", dialect.escape, nil),
    ] as [(String, UInt8?, UInt8?)] where byte != usual {
      json.member(key, byte.map { String(UnicodeScalar($0)) } ?? "")
    }
    if dialect.skipInitialSpace { json.member("skipInitialSpace", true) }
    if !hasHeader { json.member("header", false) }
  }

  /// Writes a key that is the same for the same record, whenever it is loaded.
  private func writeRowID(_ json: inout JSONWriter) {
    let names = fields.map(\.name)
    var id = Self.rowID
    while names.contains(id) { id += "_" }
    // A character that hardly occurs in text distinguishes a missing value from an empty one.
    let values = fields.map { field in
      let column = "\(SQLText.identifier(field.name))::text"
      return field.isRequired ? column : "coalesce(\(column), chr(30))"
    }
    let text = "concat_ws(chr(31), \(values.joined(separator: ", ")))"
    json.key("columns")
    json.beginArray()
    json.object { json in
      json.member("name", id)
      json.member("type", "string")
      json.member("format", "uuid")
      json.member("required", true)
      json.member(
        "expression", "encode(substr(sha256(convert_to(\(text), 'UTF8')), 1, 16), 'hex')::uuid")
    }
    for name in names { json.object { json in json.member("name", name) } }
    json.endArray()
    writeKey([id], &json)
  }
}

extension JSONWriter {
  /// Writes an object, as a member if it has a key.
  mutating func object(_ key: String? = nil, _ write: (inout JSONWriter) -> Void) {
    if let key { self.key(key) }
    beginObject()
    write(&self)
    endObject()
  }

  /// Writes a member that is a list of strings.
  mutating func member(_ name: String, _ texts: [String]) {
    key(name)
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
