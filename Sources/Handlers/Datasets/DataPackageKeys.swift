internal import JSON

/// The keys of a descriptor that hold a rule: one that is not known is refused, never ignored.
///
/// Keys that only describe, such as `title`, may stand anywhere. Those of the package and of a
/// resource are free in the specification, but for those that say how a file is to be read.
enum DataPackageKeys {
  private static let describing: Set = ["name", "title", "description", "example", "rdfType"]
  private static let schema: Set = ["$schema", "profile", "fields", "primaryKey", "missingValues"]
  private static let field: Set = ["type", "format", "constraints"]
  // Every line end is taken, whichever one is declared.
  private static let dialect: Set = [
    "$schema", "profile", "csvddfVersion", "delimiter", "quoteChar", "doubleQuote",
    "skipInitialSpace", "commentChar", "header", "lineTerminator",
  ]
  private static let own: Set = [
    "table", "prefix", "mode", "header", "columns", "primaryKey", "maxRejects",
  ]
  private static let column: Set = ["type", "format", "required", "expression"]

  /// Goes through a descriptor that was decoded before.
  ///
  /// - Throws: ``DataPackageFault`` naming the resource, the field and the key.
  static func refuseUnknown(in json: [UInt8]) throws(DataPackageFault) {
    guard let package = try? JSON.decode(JSONValue.self, from: json) else { return }
    for resource in list(package["resources"]) {
      try refuseUnknown(in: resource)
    }
  }

  private static func refuseUnknown(in resource: JSONValue) throws(DataPackageFault) {
    let name = resource["name"]?.string
    if let encoding = resource["encoding"]?.string, encoding.lowercased() != "utf-8" {
      throw DataPackageFault(
        resource: name, "encoding \"\(encoding)\" is not supported; expected \"utf-8\"")
    }
    try check(resource["schema"], schema, "the schema", name)
    for one in list(resource["schema"]?["fields"]) {
      try check(one, field, "the field", name, one["name"]?.string)
    }
    try check(resource["dialect"], dialect, "the dialect", name)
    try check(resource["sluice"], own, "sluice", name)
    for one in list(resource["sluice"]?["columns"]) {
      try check(one, column, "the column", name, one["name"]?.string)
    }
  }

  private static func check(
    _ value: JSONValue?, _ known: Set<String>, _ place: String, _ resource: String?,
    _ field: String? = nil
  ) throws(DataPackageFault) {
    guard case .object(let members)? = value else { return }
    let unknown = members.keys.filter { !known.contains($0) && !describing.contains($0) }
    guard let key = unknown.min() else { return }
    throw DataPackageFault(
      resource: resource, field: field, "the key \"\(key)\" of \(place) is not supported")
  }

  private static func list(_ value: JSONValue?) -> [JSONValue] {
    if case .array(let values)? = value { values } else { [] }
  }
}
