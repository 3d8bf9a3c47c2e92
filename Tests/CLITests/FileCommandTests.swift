import CLI
import Glibc
import JSON
import Postgres
import TestSupport
import Testing

/// The commands on files, run as a user runs them: by a shell, in a folder of the test's own.
struct FileCommands {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  let folder: ScratchFolder
  let database: ScratchDatabase?

  init(_ database: ScratchDatabase? = nil) throws {
    folder = try ScratchFolder()
    self.database = database
  }

  var variables: [String: String] {
    let programs = ProgramFile.path("sluice").dropLast("/sluice".count)
    return [
      "PATH": "\(programs):\(ProcessEnvironment.all["PATH"] ?? "")", "SLUICE_DATAPACKAGE": "",
      "DATABASE_URL": database?.url ?? "postgresql://nobody@127.0.0.1:1/none",
    ]
  }

  func start(_ command: String) throws -> ChildProcess {
    try ChildProcess(
      ["sh", "-c", "cd \(folder.path) && exec \(command) 2>notes"], adding: variables)
  }

  /// Runs a command and gives its status, its answer, and what it wrote to standard error.
  func run(_ command: String) throws -> (status: Int32, output: String, notes: String) {
    let process = try ChildProcess(
      ["sh", "-c", "cd \(folder.path) && { \(command); } 2>notes"], adding: variables)
    guard case .exited(let status) = process.wait() else { return (-1, process.output, "") }
    return (status, process.output, folder.read("notes") ?? "")
  }
}

@Suite struct `Files from a terminal` {
  static let towns = """
    {"resources": [{"name": "towns", "schema": {"primaryKey": "id", "fields": [
      {"name": "id", "type": "integer", "constraints": {"required": true}},
      {"name": "town", "constraints": {"required": true}}]}}]}
    """

  static func folder(_ database: ScratchDatabase? = nil) throws -> FileCommands {
    let commands = try FileCommands(database)
    try commands.folder.write(towns, as: "datapackage.json")
    return commands
  }

  @Test(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
  func `a stranger's file becomes rows in the three commands of the README`() throws {
    let database = try ScratchDatabase()
    let commands = try FileCommands(database)
    let readme = try #require(Files.readText("\(FileCommands.root)/README.md"))
    let section = try #require(
      readme.split(separator: "## From a file to a table in three commands\n").last)
    let lines = section.split(separator: "\n").filter { $0.hasPrefix("sluice ") }
    #expect(lines.map { $0.prefix(12) } == ["sluice infer", "sluice valid", "sluice load "])
    #expect(try commands.run("cp -r \(FileCommands.root)/docs .").status == 0)
    for line in lines {
      let (status, output, notes) = try commands.run(String(line))
      #expect(status == 0, "\(line): \(output) \(notes)")
    }
    let rows = try database.rows(
      """
      SELECT iso_code, country_name, capital, population, since, eu_member FROM countries
      WHERE iso_code IN ('AT', 'BQ', 'HM', 'NA') ORDER BY iso_code
      """)
    #expect(
      rows == [
        ["AT", "Austria", "Vienna", "9132383", "1955-05-15", "t"],
        ["BQ", "Bonaire, Sint Eustatius and Saba", "", "26552", "2010-10-10", "f"],
        ["HM", "Heard Island and \"McDonald\" Islands", "", "", "", "f"],
        ["NA", "Namibia", "Windhoek", "2604172", "1990-03-21", "f"],
      ])
    #expect(try database.value("SELECT count(*) FROM countries") == "9")
    #expect(try database.value("SELECT count(capital) FROM countries") == "6")
    // The same once more changes nothing.
    #expect(try commands.run(String(lines[2])).output.contains("already-loaded"))
  }

  @Test func `a dataset is added to a package whose text stays as it is`() throws {
    let commands = try Self.folder()
    try commands.folder.write("name,size\na,1\nb,2\n", as: "Town Sizes.csv")
    let infer = "sluice infer 'Town Sizes.csv' --into datapackage.json"
    #expect(try commands.run(infer).status == 0)
    let text = try #require(commands.folder.read("datapackage.json"))
    #expect(text.hasPrefix(Self.towns.prefix(Self.towns.count - 2)))
    let package = try JSON.decode(JSONValue.self, from: Array(text.utf8))
    #expect(package["resources"]?[1]?["name"]?.string == "town_sizes")
    let again = try commands.run(infer)
    #expect(again.status == 1)
    #expect(again.notes.contains("has a dataset town_sizes already"))
    #expect(commands.folder.read("datapackage.json") == text)
    #expect(try commands.run("\(infer) --force --key name,size").status == 0)
    let forced = try #require(commands.folder.read("datapackage.json"))
    #expect(forced.contains(#""primaryKey": ["name", "size"]"#))
    #expect(forced.hasPrefix(Self.towns.prefix(Self.towns.count - 2)))
    #expect(try commands.run("sluice validate 'Town Sizes.csv'").status == 0)
  }

  @Test func `a package is made where there is none, of standard input too`() throws {
    let commands = try FileCommands()
    let (status, _, _) = try commands.run(
      "printf 'a;b\\n1;x\\n2;y\\n' | sluice infer - --name pairs --into new.json")
    #expect(status == 0)
    #expect(try commands.run("sluice validate --package new.json").output.contains("pairs (2"))
    let faults = try commands.run(
      "printf 'a;b\\n1;x\\nz;y\\n' | sluice validate - --dataset pairs --package new.json")
    #expect(faults.status == 1)
    #expect(faults.output.contains("-: line 3, a: type: a is not an integer"))
  }

  static let validations: [(command: String, status: Int32, output: String, notes: String)] = [
    ("sluice validate good.csv --dataset towns", 0, "good.csv: 2 records, no faults\n", ""),
    (
      "sluice validate towns.csv", 1,
      """
      towns.csv: line 3, id: type: id is not an integer from -9223372036854775808 to \
      9223372036854775807
      towns.csv: line 3, town: missing: town is missing; expected text
      towns.csv: line 4: too-few-fields: 1 fields; expected 2: id, town
      towns.csv: 3 records, 2 of them with faults, 3 faults in total

      """, ""
    ),
    (
      "sluice validate towns.csv --max 0 good.csv --dataset towns", 1,
      """
      towns.csv: … and 3 more
      towns.csv: 3 records, 2 of them with faults, 3 faults in total
      good.csv: 2 records, no faults

      """, ""
    ),
    (
      "sluice validate --format csv --max 1 towns.csv", 1,
      """
      file,line,record,byte_offset,column,code,reason
      towns.csv,3,3,15,id,type,id is not an integer from -9223372036854775808 to 9223372036854775807

      """, "towns.csv: 3 records, 2 of them with faults, 3 faults in total\n"
    ),
    (
      "sluice validate --format=json towns.csv | tail -1", 0,
      #"{"file":"towns.csv","line":4,"record":4,"byte_offset":18,"code":"too-few-fields","#
        + #""reason":"1 fields; expected 2: id, town"}"# + "\n",
      "towns.csv: 3 records, 2 of them with faults, 3 faults in total\n"
    ),
    ("sluice validate gone.csv --dataset towns", 2, "", "gone.csv cannot be opened"),
    ("sluice validate . --dataset towns", 2, "", "cannot be read"),
    ("sluice validate good.csv", 2, "", "good.csv belongs to no dataset of towns"),
    ("sluice validate good.csv --dataset town", 2, "", "Did you mean towns?"),
    ("sluice validate towns.csv --package none.json", 2, "", "cannot read none.json"),
    ("sluice validate --package towns.csv", 1, "", "Data Package"),
    ("sluice validate --format xml towns.csv", 2, "", "--format takes text or json or csv"),
    ("sluice infer gone.csv", 2, "", "gone.csv cannot be opened"),
    ("sluice infer good.csv --key nothing", 1, "", "there is no column nothing"),
    ("sluice load s3://bucket", 2, "", "An object is s3://bucket/key"),
    ("sluice validate gone.csv", 2, "", "gone.csv cannot be opened"),
    ("sluice load good.csv", 1, "failed", "the file belongs to no dataset"),
    ("sluice load gone.csv", 1, "failed", "gone.csv cannot be opened"),
    ("sluice local", 1, "", "there is no Data Package at"),
    ("cd docs && sluice load towns.csv", 2, "", "there is no datapackage.json here"),
  ]

  @Test(arguments: validations)
  func `a command answers with its status, for people and for scripts`(
    command: String, status: Int32, output: String, notes: String
  ) throws {
    let commands = try Self.folder()
    try commands.folder.write("id,town\n1,Graz\n2,Linz\n", as: "good.csv")
    try commands.folder.write("id,town\n1,Graz\nx,\n4\n", as: "towns.csv")
    #expect(try commands.run("mkdir docs").status == 0)
    let ran = try commands.run(command)
    #expect(ran.status == status, "\(ran)")
    #expect(ran.output == output || output == "failed" && ran.output.contains(output))
    #expect(ran.notes.contains(notes), "\(ran.notes)")
  }
}
