import Handlers
import Testing

/// A descriptor with one resource, of which a test changes one thing.
private func descriptor(
  field: String = #"{"name":"id","type":"integer","constraints":{"required":true}}"#,
  key: String = #""primaryKey":"id""#, dialect: String = "{}", extension own: String = "{}"
) -> [UInt8] {
  Array(
    """
    {"name":"p","resources":[{"name":"things","schema":{"fields":[\(field)],\(key)},
    "dialect":\(dialect),"sluice":\(own)}]}
    """.utf8)
}

@Suite struct `Data Package` {
  @Test func `a plain resource becomes a dataset`() throws {
    let package = try DataPackage(json: descriptor())
    let dataset = try #require(package.dataset(forKey: "any/where/things.csv"))
    #expect(dataset.table == "things")
    #expect(dataset.key == ["id"])
    #expect(dataset.fields.map(\.name) == ["id"])
  }

  @Test(arguments: [
    (#"{"name":"id","type":"geojson"}"#, #"field "id": type "geojson""#),
    (
      #"{"name":"id","type":"string","constraints":{"pattern":"x","required":true}}"#,
      #"field "id": the constraint "pattern" is not supported"#
    ),
    (#"{"name":"id","type":"integer"}"#, #"field "id": stands in the primaryKey"#),
    (
      #"{"name":"id","type":"string","constraints":{"required":true,"minimum":1}}"#,
      "minimum and maximum are supported for integers only"
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
  ])
  func `a faulty field is refused by resource, field and rule`(
    _ field: String, _ expected: String
  ) throws {
    let fault = try #require(throws: DataPackageFault.self) {
      try DataPackage(json: descriptor(field: field))
    }
    #expect(fault.message.contains(expected), "\(fault.message)")
    #expect(fault.message.contains(#"resource "things""#))
  }

  @Test(arguments: [
    (#"{"delimiter":";;"}"#, "{}", "dialect delimiter"),
    ("{}", #"{"mode":"merge"}"#, #"mode "merge" is not known"#),
    ("{}", #"{"header":"maybe"}"#, #"header "maybe" is not known"#),
    ("{}", #"{"maxRejects":5}"#, "maxRejects is not supported"),
    ("{}", #"{"columns":[{"name":"x"}]}"#, #"field "x": is no field of the schema"#),
    (
      "{}", #"{"columns":[{"name":"id"},{"name":"id"}]}"#,
      #"field "id": the column is declared twice"#
    ),
    ("{}", #"{"primaryKey":["id","id"]}"#, "each once"),
    (#"{"escapeChar":"\\"}"#, "{}", #"the key "escapeChar" of the dialect is not supported"#),
    ("{}", #"{"maxReject":5}"#, #"the key "maxReject" of sluice is not supported"#),
    (
      "{}", #"{"columns":[{"name":"id","expr":"1"}]}"#,
      #"field "id": the key "expr" of the column is not supported"#
    ),
  ])
  func `a faulty resource is refused`(
    _ dialect: String, _ own: String, _ expected: String
  ) throws {
    let fault = try #require(throws: DataPackageFault.self) {
      try DataPackage(json: descriptor(dialect: dialect, extension: own))
    }
    #expect(fault.message.contains(expected), "\(fault.message)")
  }

  @Test func `a rule of the schema that is not kept is refused, a description is not`() throws {
    let ruled = descriptor(key: #""primaryKey":"id","foreignKeys":[]"#)
    let fault = try #require(throws: DataPackageFault.self) { try DataPackage(json: ruled) }
    #expect(fault.message.contains(#"the key "foreignKeys" of the schema"#))
    _ = try DataPackage(json: descriptor(key: #""primaryKey":"id","title":"Things""#))
  }

  @Test(arguments: ["", "{}", "[]", #"{"resources":[]}"#, #"{"resources":[{"name":"a"}]}"#])
  func `a descriptor that is none is refused`(_ text: String) {
    #expect(throws: DataPackageFault.self) { try DataPackage(json: Array(text.utf8)) }
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
    let package = try DataPackage(variables: LoaderRig.packageVariables)
    #expect(package.dataset(forKey: key)?.name == expected)
  }
}
