import CSV
import Datasets
import TestSupport
import Testing

/// A descriptor with one resource, of which a test changes one thing.
private func descriptor(
  field: String = #"{"name":"id","type":"integer","constraints":{"required":true}}"#,
  key: String = #""primaryKey":"id""#, dialect: String = "{}", extension own: String = "{}",
  more: String = ""
) -> [UInt8] {
  Array(
    """
    {"name":"p","resources":[{"name":"things","schema":{"fields":[\(field)],\(key)},
    "dialect":\(dialect),"sluice":\(own)}\(more)]}
    """.utf8)
}

@Suite struct `Data Package` {
  @Test func `a plain resource becomes a dataset`() throws {
    let package = try DataPackage(json: descriptor())
    let dataset = try #require(package.dataset(forKey: "any/where/things.csv"))
    #expect(dataset.table == "things")
    #expect(dataset.key == ["id"])
    #expect(dataset.fields.map(\.name) == ["id"])
    #expect(dataset.mode == .upsert && dataset.maxRejects == nil && dataset.foreignKeys.isEmpty)
  }

  static let faultyFields: [(String, String)] = [
    (#"{"name":"id","type":"geojson"}"#, #"field "id": type "geojson""#),
    (#"{"name":"id","type":"string","format":"html"}"#, #"type "string" with format "html""#),
    (#"{"name":"id","type":"year","format":"any"}"#, #"type "year" with format "any""#),
    (#"{"name":"id","type":"geopoint","format":"wkt"}"#, #"with format "wkt""#),
    (#"{"name":"id","type":5}"#, #"the key "type" of the field: expected a string"#),
    (#"{"name":"id","type":"integer"}"#, #"field "id": stands in the primaryKey"#),
    (
      #"{"name":"id","type":"object","constraints":{"required":true}}"#,
      "a type other than object, array and geopoint"
    ),
    (
      #"{"name":"id","type":"integer","constraints":{"required":true,"minimum":5,"maximum":1}}"#,
      "minimum 5 is above maximum 1"
    ),
    (#"{"name":"sluice_id","type":"integer"}"#, "not beginning with sluice_"),
    (
      #"{"name":"id","type":"integer","decimalChar":","}"#,
      #"the key "decimalChar" of the field is not supported"#
    ),
    (#"{"name":"a\"b","type":"integer"}"#, "the field name"),
    (#"{"type":"integer"}"#, "a field has no name"),
    (#"7"#, "the field: expected an object"),
    (#"{"name":"id"},{"name":"id"}"#, #"field "id": the name is declared twice"#),
  ]

  @Test(arguments: faultyFields)
  func `a faulty field is refused by resource, field and rule`(
    _ field: String, _ expected: String
  ) throws {
    let fault = try #require(throws: DataPackageFault.self) {
      try DataPackage(json: descriptor(field: field))
    }
    #expect(fault.message.contains(expected), "\(fault.message)")
    #expect(fault.message.contains(#"resource "things""#))
  }

  static let faultyResources: [(String, String, String)] = [
    (#"{"delimiter":";;"}"#, "{}", "dialect delimiter"),
    (#"{"delimiter":"\n"}"#, "{}", "no line end"), (#"{"delimiter":"é"}"#, "{}", "one ASCII"),
    (#"{"delimiter":"\""}"#, "{}", "to differ"),
    (#"{"escapeChar":",","quoteChar":""}"#, "{}", "to differ"),
    (#"{"commentChar":"\"","quoteChar":"\""}"#, "{}", "to differ"),
    (#"{"delimiter":" ","skipInitialSpace":true}"#, "{}", "no other role for the space"),
    (#"{"lineTerminator":"|"}"#, "{}", "dialect lineTerminator"),
    (#"{"escapeChar":"\\","nullSequence":"\\N"}"#, "{}", "dialect nullSequence"),
    (#"{"header":"yes"}"#, "{}", "expected true or false"),
    (#"{"headerRows":[1,2]}"#, "{}", #"the key "headerRows" of the dialect is not supported"#),
    ("[]", "{}", "the dialect: expected an object"),
    ("{}", #"{"mode":"merge"}"#, #"mode "merge" is not known"#),
    ("{}", #"{"header":"maybe"}"#, #"header "maybe" is not known"#),
    ("{}", #"{"maxRejects":-1}"#, "maxRejects: expected a count"),
    ("{}", #"{"maxRejects":"x"}"#, "maxRejects: expected a count"),
    ("{}", #"{"maxRejects":"101%"}"#, "maxRejects: expected a count"),
    ("{}", #"{"maxRejects":1.5}"#, "maxRejects: expected a count"),
    ("{}", #"{"columns":[{"name":"x"}]}"#, #"field "x": is no field of the schema"#),
    (
      "{}", #"{"columns":[{"name":"id"},{"name":"id"}]}"#,
      #"field "id": the column is declared twice"#
    ),
    ("{}", #"{"columns":[{"name":"id","type":"string"}]}"#, "takes a field as it is"),
    (
      "{}",
      #"{"columns":[{"name":"id"},{"name":"x","expression":"1","type":"date","format":"%d"}]}"#,
      #"field "x": type "date" with format "%d" is not supported for what an expression"#
    ),
    ("{}", #"{"primaryKey":["id","id"]}"#, "each once"),
    ("{}", #"{"primaryKey":[]}"#, ""),
    ("{}", #"{"primaryKey":5}"#, "expected a list"),
    ("{}", #"{"maxReject":5}"#, #"the key "maxReject" of sluice is not supported"#),
    (
      "{}", #"{"columns":[{"name":"id","expr":"1"}]}"#,
      #"field "id": the key "expr" of the column is not supported"#
    ),
  ]

  @Test(arguments: faultyResources)
  func `a faulty resource is refused`(
    _ dialect: String, _ own: String, _ expected: String
  ) throws {
    do {
      _ = try DataPackage(json: descriptor(dialect: dialect, extension: own))
      #expect(expected.isEmpty, "\(own) was taken")
    } catch {
      #expect(error.message.contains(expected), "\(error.message)")
      #expect(error.resource == "things")
    }
  }

  @Test func `a dialect becomes the parser's, and its header rule the dataset's`() throws {
    let text = """
      {"delimiter":"\\t","quoteChar":"'","doubleQuote":false,"escapeChar":"\\\\","commentChar":"#",
      "skipInitialSpace":true,"header":false,"caseSensitiveHeader":true,"lineTerminator":"\\r\\n",
      "csvddfVersion":"1.2"}
      """
    let package = try DataPackage(json: descriptor(dialect: text))
    let dataset = try #require(package.datasets.first)
    #expect(
      dataset.dialect
        == CSVDialect(
          delimiter: 9, quote: 0x27, doubleQuote: false, escape: 0x5c, comment: 0x23,
          skipInitialSpace: true))
    #expect(dataset.header == .absent && dataset.isHeaderCaseSensitive)
    let bare = try DataPackage(json: descriptor(dialect: #"{"quoteChar":""}"#))
    #expect(bare.datasets.first?.dialect.quote == nil)
  }

  @Test(arguments: [
    ("5", MaxRejects.count(5)), ("0", .count(0)), ("0.25", .share(0.25)), (#""5%""#, .share(0.05)),
    (#""0.5%""#, .share(0.005)),
  ])
  func `modes and limits of rejects are read`(_ text: String, _ expected: MaxRejects) throws {
    for mode in Dataset.Mode.allCases {
      let package = try DataPackage(
        json: descriptor(extension: #"{"mode":"\#(mode.rawValue)","maxRejects":\#(text)}"#))
      #expect(package.datasets.first?.maxRejects == expected)
      #expect(package.datasets.first?.mode == mode)
    }
  }

  @Test func `a rule of the schema that is not kept is refused, a description is not`() throws {
    let ruled = descriptor(key: #""primaryKey":"id","uniqueKeys":[]"#)
    let fault = try #require(throws: DataPackageFault.self) { try DataPackage(json: ruled) }
    #expect(fault.message.contains(#"the key "uniqueKeys" of the schema is not supported"#))
    _ = try DataPackage(json: descriptor(key: #""primaryKey":"id","title":"Things""#))
  }

  static let noDescriptors: [(String, String)] = [
    ("", "is not a readable descriptor"), ("{}", "has no resource"), ("[]", "expected an object"),
    (#"{"resources":[]}"#, "has no resource"), (#"{"resources":{}}"#, "expected a list"),
    (#"{"resources":[{"schema":{}}]}"#, "a resource has no name"),
    (#"{"resources":[{"name":"a"}]}"#, #"resource "a": has no schema"#),
    (#"{"resources":[{"name":"a","schema":"a.json"}]}"#, "the schema: expected an object"),
    (#"{"resources":[{"name":"a","schema":{}}]}"#, "has 0 fields"),
    (#"{"resources":[{"name":"a","encoding":"latin1","schema":{}}]}"#, #"encoding "latin1""#),
    (#"{"missingValues":"NA","resources":[]}"#, "expected a list"),
  ]

  @Test(arguments: noDescriptors)
  func `a descriptor that is none is refused`(_ text: String, _ expected: String) throws {
    let fault = try #require(throws: DataPackageFault.self) {
      try DataPackage(json: Array(text.utf8))
    }
    #expect(fault.message.contains(expected), "\(fault.message)")
  }

  @Test(arguments: [
    ("uploads/hired_employees/2021.csv", "hired_employees"),
    ("uploads/departments/x/y.csv", "departments"),
    ("people.csv", "people"),
    ("somewhere/else/jobs.csv", "jobs"),
    ("uploads/people/hired_employees.csv", "people"),
    ("peoples.csv", nil),
    ("", nil),
    ("uploads/", nil),
  ])
  func `an object belongs to the dataset of its prefix, else of its name`(
    _ key: String, _ expected: String?
  ) throws {
    let package = try DataPackage(variables: Checkout.packageVariables)
    #expect(package.dataset(forKey: key)?.name == expected)
  }
}

@Suite struct `Foreign keys` {
  private static let parents = """
    ,{"name":"parents","schema":{"fields":[
    {"name":"code","type":"string","constraints":{"required":true}},
    {"name":"nr","type":"integer","constraints":{"required":true,"minimum":0,"maximum":9}},
    {"name":"title","type":"string"}],"primaryKey":["code","nr"]},"sluice":{"table":"parent_rows"}}
    """
  private static let fields = """
    {"name":"id","type":"integer","constraints":{"required":true}},{"name":"up","type":"integer"},
    {"name":"c","type":"string","format":"email"},{"name":"n","type":"integer"},
    {"name":"d","type":"date"}
    """

  private static func package(_ keys: String) throws -> DataPackage {
    try DataPackage(
      json: descriptor(
        field: fields, key: #""primaryKey":"id","foreignKeys":[\#(keys)]"#, more: parents))
  }

  @Test func `keys name the table they refer to and its columns in their own order`() throws {
    let package = try Self.package(
      """
      {"fields":["n","c"],"reference":{"resource":"parents","fields":["nr","code"]}},
      {"fields":"up","reference":{"resource":"","fields":"id"}},
      {"fields":["up"],"reference":{"fields":["id"]}}
      """)
    let keys = try #require(package.dataset(named: "things")).foreignKeys
    #expect(keys.map(\.columns) == [["n", "c"], ["up"], ["up"]])
    #expect(keys.map(\.resource) == ["parents", "things", "things"])
    #expect(keys.map(\.table) == ["parent_rows", "things", "things"])
    #expect(keys.map(\.references) == [["nr", "code"], ["id"], ["id"]])
  }

  static let faulty: [(String, String)] = [
    (
      #"{"fields":"n","reference":{"resource":"none","fields":"id"}}"#,
      #""none", which is no resource; expected one of things, parents"#
    ),
    (
      #"{"fields":"n","reference":{"resource":"parents","fields":"nr"}}"#,
      "expected its primaryKey: code, nr"
    ),
    (
      #"{"fields":["c","n"],"reference":{"resource":"parents","fields":["title","nr"]}}"#,
      "expected its primaryKey: code, nr"
    ),
    (
      #"{"fields":["n"],"reference":{"resource":"parents","fields":["code","nr"]}}"#,
      "expected its primaryKey"
    ),
    (
      #"{"fields":["n","n"],"reference":{"resource":"parents","fields":["code","nr"]}}"#,
      "each once"
    ),
    (
      #"{"fields":["x","n"],"reference":{"resource":"parents","fields":["code","nr"]}}"#,
      #"field "x": stands in a foreign key; expected a declared column"#
    ),
    (
      #"{"fields":["n","c"],"reference":{"resource":"parents","fields":["code","nr"]}}"#,
      #"field "n": is bigint and refers to code of parents, which is text"#
    ),
    (
      #"{"fields":"d","reference":{"resource":"","fields":"id"}}"#,
      #"field "d": is date and refers to id of things, which is bigint"#
    ),
    (#"{"fields":"up"}"#, "a foreign key: expected"),
    (#"{"reference":{}}"#, "a foreign key: expected"),
    (#"{"fields":[],"reference":{"fields":[]}}"#, "a foreign key: expected"),
    (#"{"fields":"up","reference":"id"}"#, "the reference: expected an object"),
    (
      #"{"fields":"up","onDelete":"x","reference":{"fields":"id"}}"#,
      #"the key "onDelete" of the foreign key"#
    ),
    (#"5"#, "the foreign key: expected an object"),
  ]

  @Test(arguments: faulty)
  func `a key that connects nothing is a fault`(_ key: String, _ expected: String) throws {
    let fault = try #require(throws: DataPackageFault.self) { try Self.package(key) }
    #expect(fault.message.contains(expected), "\(fault.message)")
    #expect(fault.resource == "things")
  }
}
