import CSVFiles
import CSVLoad
import Datasets
import JSON
import TestSupport
import Testing

@Suite struct `A dataset made of a file` {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  func infer(
    _ bytes: [UInt8], as name: String = "data.csv", _ options: InferenceOptions = .init()
  ) throws -> (resource: JSONValue, remarks: [String]) {
    var file = try LocalFile(try folder.write(bytes, as: name))
    let inference = try Inference(&file, options)
    return (try JSON.decode(JSONValue.self, from: inference.resource), inference.remarks)
  }

  func infer(
    _ text: String, as name: String = "data.csv", _ options: InferenceOptions = .init()
  ) throws -> (resource: JSONValue, remarks: [String]) {
    try infer(Array(text.utf8), as: name, options)
  }

  /// The type of each field with what its descriptor says beside it; `!` for required.
  static func types(_ resource: JSONValue) -> [String] {
    guard case .array(let fields)? = resource["schema"]?["fields"] else { return [] }
    return fields.map { field in
      var text = field["type"]?.string ?? "?"
      for key in ["format", "groupChar", "decimalChar"] {
        if let value = field[key]?.string { text += " \(value)" }
      }
      if case .array(let values)? = field["missingValues"] {
        text += " missing \(values.compactMap(\.string).joined(separator: "|"))"
      }
      if field["constraints"]?["required"] == .bool(true) { text += "!" }
      return text
    }
  }

  static func names(_ resource: JSONValue) -> [String] {
    guard case .array(let fields)? = resource["schema"]?["fields"] else { return [] }
    return fields.compactMap { $0["name"]?.string }
  }

  /// The values of one column, behind a key, and what the column is taken for.
  static let columns: [(values: [String], type: String)] = [
    (["1", "-2", "9223372036854775807"], "integer!"),
    (["1", "", "3"], "integer"),
    (["0", "1", "1"], "integer!"),
    (["1", "9223372036854775808"], "number!"),
    (["01", "02"], "string!"),
    (["0", "007"], "string!"),
    (["+436601234567", "+12125551234"], "string!"),
    (["1.5", "2", "-1e-5"], "number!"),
    (["00.5", "1.5"], "string!"),
    (["\"1,234,567\"", "12"], "integer ,!"),
    (["\"1,234\"", "12"], "string!"),
    (["\"1,5\"", "12"], "number ,!"),
    (["\"1.234,5\"", "12"], "number . ,!"),
    (["\"1,234.5\"", "12"], "number ,!"),
    (["1 234 567", "12"], "integer  !"),
    (["true", "FALSE"], "boolean!"),
    (["yes", "no"], "boolean!"),
    (["no", "no"], "string!"),
    (["Y", "N"], "boolean!"),
    (["yes", "maybe"], "string!"),
    (["2021-01-31", "1999-12-01"], "date!"),
    (["2021-02-30", "1999-12-01"], "string!"),
    (["31.01.2021", "1.2.2021"], "date %d.%m.%Y!"),
    (["31/01/2021", "01/02/2021"], "date %d/%m/%Y!"),
    (["01/31/2021", "01/02/2021"], "date %m/%d/%Y!"),
    (["03/04/2021", "01/02/2021"], "string!"),
    (["03-04-2021 10:00", "01-02-2021 11:30"], "string!"),
    (["31 Jan 2021", "1 Feb 2021"], "date %d %b %Y!"),
    (["2021-01-31T15:04:05Z", "2021-01-31 15:04:05"], "datetime!"),
    (["2021-01-31 15:04", "2021-02-01 00:00"], "datetime %Y-%m-%d %H:%M!"),
    (["1/31/2021 3:04 PM", "2/1/2021 12:00 AM"], "datetime %m/%d/%Y %I:%M %p!"),
    (["15:04:05", "00:00:00"], "time!"),
    (["15:04", "9:30"], "time %H:%M!"),
    (["6F9619FF-8B86-D011-B42D-00CF4FC964FF"], "string uuid!"),
    (["a@example.org", "b.c@example.org"], "string email!"),
    (["a@example.org", "nobody"], "string!"),
    (["\"{\"\"a\"\":1}\"", "{}"], "object!"),
    (["[]", "\"[1,2]\""], "array!"),
    (["1", "NA", "3"], "integer missing |NA"),
    (["1", "\\N", "", "NULL"], "integer missing |NULL|\\N"),
    (["AT", "NA", "US"], "string!"),
    (["NA", "NA"], "string!"),
    (["", ""], "string"),
    (["x", "1"], "string!"),
    (["2021", "1999"], "integer!"),
    (["20210131", "20211231"], "integer!"),
  ]

  @Test(arguments: columns)
  func `a column is what all of its values are`(values: [String], type: String) throws {
    let lines = values.enumerated().map { "k\($0.offset),\($0.element)" }
    let (resource, _) = try infer("key,value\n" + lines.joined(separator: "\n") + "\n")
    #expect(Self.types(resource) == ["string!", type])
  }

  static let dialects: [(text: String, dialect: String, width: Int)] = [
    ("a,b\n1,2\n", "null", 2),
    ("a;b\n1,5;2,5\n3,5;4\n", #"{"delimiter":";"}"#, 2),
    ("a\tb c, d\n1\tx, y\n", #"{"delimiter":"\t"}"#, 2),
    ("a|b\n1|2\n", #"{"delimiter":"|"}"#, 2),
    ("a,b\n'x, y',2\n'z',3\n", #"{"quoteChar":"'"}"#, 2),
    ("a,b\nit's,2\nthat's,3\n", "null", 2),
    ("a, b\n1, \"x, y\"\n2, z\n", #"{"skipInitialSpace":true}"#, 2),
    ("a,b\n\"x \\\" y\",2\n\"z\",3\n", #"{"escapeChar":"\\"}"#, 2),
    ("name\nSmith\nJones\n", "null", 1),
    ("1,x\n2,y\n", #"{"header":false}"#, 2),
    ("x,y\nx,z\n", #"{"header":false}"#, 2),
    ("city,country\nWien,Austria\nGraz,Austria\n", "null", 2),
    ("\u{FEFF}a,b\r\n1,\"x\r\ny\"\r\n", "null", 2),
    ("a,b\n", "null", 2),
  ]

  @Test(arguments: dialects)
  func `the dialect is seen in the text`(text: String, dialect: String, width: Int) throws {
    let (resource, _) = try infer(text)
    let expected = try JSON.decode(JSONValue.self, from: Array(dialect.utf8))
    #expect((resource["dialect"] ?? .null) == expected)
    #expect(Self.names(resource).count == width)
  }

  static let headers: [(header: String, names: [String], isSkipped: Bool)] = [
    ("Country Name,ISO-3166", ["country_name", "iso_3166"], false),
    ("Area (km2),% change", ["area_km2", "change"], false),
    ("id,ID", ["id", "id_2"], true),
    (",name", ["column_1", "name"], true),
    ("Größe,名前", ["größe", "名前"], false),
    ("sluice_x,b", ["x_sluice_x", "b"], true),
    (
      "\(String(repeating: "long ", count: 20)),b",
      ["\(String(repeating: "long_", count: 12))lon", "b"], true
    ),
  ]

  @Test(arguments: headers)
  func `columns are called what their header says, as far as that can be`(
    header: String, names: [String], isSkipped: Bool
  ) throws {
    let (resource, _) = try infer("\(header)\n1,x\n2,y\n")
    #expect(Self.names(resource) == names)
    #expect(resource["sluice"]?["header"]?.string == (isSkipped ? "skip" : nil))
  }

  static let keys: [(text: String, key: [String])] = [
    ("a,b\n1,x\n2,y\n", ["a"]),
    ("a,b\nx,1\nx,2\n", ["b"]),
    ("a,b\n,1\ny,2\n", ["b"]),
    ("score,name\n1.5,x\n2.5,y\n", ["name"]),
    ("at,id\n2021-01-01,7\n2021-01-02,8\n", ["id"]),
    ("at,x\n2021-01-01,7\n2021-01-02,7\n", ["at"]),
    ("a,b,c\n1,1,z\n1,2,z\n2,1,z\n", ["a", "b"]),
    ("a,b,c\n1,1,1\n1,1,2\n1,2,1\n2,1,1\n1,2,2\n2,2,1\n2,1,2\n", ["a", "b", "c"]),
    ("a,b\n1,1\n1,1\n", ["row_id"]),
    ("a,b\n", ["a"]),
  ]

  @Test(arguments: keys)
  func `the key is the shortest that tells all records apart`(
    text: String, key: [String]
  ) throws {
    let (resource, remarks) = try infer(text)
    let declared = resource["schema"]?["primaryKey"] ?? resource["sluice"]?["primaryKey"]
    let names: [String] =
      if case .array(let values)? = declared { values.compactMap(\.string) } else {
        [declared?.string ?? ""]
      }
    #expect(names == key)
    #expect(remarks.contains { $0.hasPrefix("primary key: ") })
    #expect(remarks.contains { $0.contains("--key") } == (key == ["row_id"]))
  }

  @Test func `a key that was asked for is taken, by either name`() throws {
    var options = InferenceOptions()
    options.key = ["Full Name", "born"]
    let (resource, _) = try infer("Full Name,Born\nA,2021-01-01\n,2021-01-01\n", options)
    #expect(
      resource["schema"]?["primaryKey"] == .array([.string("full_name"), .string("born")]))
    #expect(Self.types(resource) == ["string!", "date!"])
    options.key = ["name"]
    let fault = #expect(throws: InferenceFault.self) { try infer("a,b\n1,2\n", options) }
    #expect(fault?.description.contains("there is no column name; the columns are a, b") == true)
  }

  @Test func `a key of many records is looked for in all of them`() throws {
    // The pair of the first two repeats once, behind everything that is kept in memory.
    let lines = (0..<30_000).map { "\($0 / 200),\($0 % 200),\($0 % 7)" } + ["0,0,3"]
    let (resource, _) = try infer("a,b,c\n" + lines.joined(separator: "\n"))
    #expect(resource["schema"]?["primaryKey"] != .array([.string("a"), .string("b")]))
  }

  @Test func `codes and telephone numbers stay text, and it says why`() throws {
    let (resource, remarks) = try infer("id,zip,Phone\n1,1010,4366\n2,2020,4367\n")
    #expect(Self.types(resource) == ["integer!", "string!", "string!"])
    #expect(remarks.contains("zip stays text: by its name, its digits are no number"))
  }

  @Test func `digits with a zero or a plus in front stay text, and it says why`() throws {
    let (resource, remarks) = try infer("id,code\n1,007\n2,11\n")
    #expect(Self.types(resource) == ["integer!", "string!"])
    #expect(remarks.contains { $0.hasPrefix("code stays text: its digits begin with a zero") })
  }

  /// Values of one kind, as they stand in a file.
  static let pools = [
    ["1", "22", "-333"], ["1.5", "2", "0.25"], ["1,5", "2,75", "3"], ["1,234,567", "5", "1,000"],
    ["true", "false"], ["yes", "no"], ["2021-01-31", "2020-02-29"], ["31.12.2021", "1.1.2020"],
    ["31/12/2021", "01/02/2020"], ["12/31/2021", "01/02/2020"], ["2021-01-31 10:00"],
    ["2021-01-31T10:00:00Z"], ["10:00", "9:59"], ["a b", "x,y", "q\"r", "l\ne", "é;|"],
    ["007", "1"],
    ["a@example.org"], ["6F9619FF-8B86-D011-B42D-00CF4FC964FF"], ["{\"a\": [1]}", "{}"],
  ]

  @Test(arguments: Array(1...40) as [UInt64])
  func `a file has no fault by the dataset that was made of it`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let delimiter = [",", ";", "\t", "|"][Int.random(in: 0..<4, using: &random)]
    let pools = (0..<Int.random(in: 1...5, using: &random)).map { _ in
      var pool = Self.pools[Int.random(in: 0..<Self.pools.count, using: &random)]
      if Bool.random(using: &random) { pool += ["", "NA"] }
      return pool
    }
    func quoted(_ value: String) -> String { "\"\(value.replacing("\"", with: "\"\""))\"" }
    var lines = [pools.indices.map { "Column (\($0))" }]
    for number in 0..<Int.random(in: 1...50, using: &random) {
      // What is in every record tells them apart, and keeps records of one field from being empty.
      lines.append(
        ["\(number)"]
          + pools.dropFirst().map { quoted($0[Int.random(in: 0..<$0.count, using: &random)]) })
    }
    let text = lines.map { $0.joined(separator: delimiter) }.joined(separator: "\r\n")
    let (resource, remarks) = try infer(text)
    let package = try DataPackage(
      json: Array("{\"resources\":[".utf8) + JSON.encode(resource) + Array("]}".utf8))
    var file = try LocalFile(folder.path("data.csv"))
    let outcome = try FileCheck(package.datasets[0]) { _ in }.run(&file)
    #expect(outcome.isClean && outcome.read == lines.count - 1, "\(text)\n\(remarks)")
  }

  @Test func `records that no schema would save are told of`() throws {
    let bytes = Array("a,b\n1,2\n3\n4,\"x\ny\",\n".utf8) + [0x35, 0x2C, 0xFF, 0x0A]
    let (_, remarks) = try infer(bytes)
    #expect(remarks.contains { $0.hasSuffix("have another number of fields: 2") })
    #expect(remarks.contains { $0.hasSuffix("hold NUL: 1") })
    #expect(remarks.contains("the first of those stands on line 3"))
  }

  @Test(arguments: ["gzip -c", "zstd -qc"])
  func `a compressed file is read like any other`(command: String) throws {
    let bytes = try CompressedBytes.make(Array("a,b\n1,2.5\n".utf8), by: command)
    let (resource, _) = try infer(bytes, as: "Data Set.csv.x")
    #expect(Self.types(resource) == ["integer!", "number!"])
    #expect(resource["name"]?.string == "data_set")
  }

  @Test func `no more than a sample is read when one is asked for`() throws {
    var options = InferenceOptions()
    options.limit = 1024
    let lines = (0..<1000).map { "\($0),1" } + ["x,y"]
    let (resource, remarks) = try infer("a,b\n" + lines.joined(separator: "\n"), options)
    #expect(Self.types(resource) == ["integer!", "integer!"])
    #expect(remarks.contains { $0.contains("in the part that was read") })
  }

  @Test func `what is no CSV is no dataset`() throws {
    #expect(throws: InferenceFault.self) { try infer("") }
    #expect(throws: LoadFault.self) { try infer("PK\u{03}\u{04}" + "xxxxxxxx") }
    #expect(throws: LocalFileFault.self) {
      var file = try LocalFile("/tmp/there is no such file")
      _ = try Inference(&file, InferenceOptions())
    }
  }

  @Test func `a header is there or not as somebody says`() throws {
    var options = InferenceOptions()
    options.hasHeader = true
    let (resource, _) = try infer("name,2019,2020\nx,1,2\ny,3,4\n", options)
    #expect(Self.names(resource) == ["name", "2019", "2020"])
    options.hasHeader = false
    #expect(Self.names(try infer("a,b\nx,y\n", options).resource) == ["column_1", "column_2"])
  }
}
