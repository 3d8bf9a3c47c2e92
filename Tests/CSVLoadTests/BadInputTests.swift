import CSVLoad
import Datasets
import FeatureRigs
import JSON
import LambdaEvents
import LambdaRuntime
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Bad input` {
  /// Files that can never load: recorded with their reason, and acknowledged.
  @Test(arguments: [
    ("notes.csv", "1,a\n", "no-dataset", "departments, jobs, hired_employees, people"),
    ("departments.csv", "", "empty-object", "0 bytes"),
    ("departments.csv", "\u{89}PNG\r\n\u{1a}\n", "wrong-shape", ""),
    (
      "people.csv", "a,b\n1,2\n3,4\n", "wrong-shape", "all 3 records were refused; line 1: 2 fields"
    ),
    ("hired_employees.csv", "1,a\n2,b\n", "wrong-shape", "expected 5"),
  ])
  func `a file that can never load is recorded and acknowledged`(
    _ key: String, _ file: String, _ code: String, _ reason: String
  ) throws {
    var rig = try LoaderRig()
    let report = try rig.load(file, as: key)
    #expect(report.status == "failed" && report.code == code, "\(report.value)")
    #expect(report.reason.contains(reason), "\(report.reason)")
    #expect(report.returned == 0)
    #expect(
      try rig.database.rows("SELECT key, status, code FROM sluice.loads") == [
        [key, "failed", code]
      ]
    )
  }

  @Test func `an image named csv is told by its signature`() throws {
    var rig = try LoaderRig()
    let report = try rig.load([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0], as: "jobs.csv")
    #expect(report.code == "not-csv" && report.reason.contains("PNG"))
  }

  @Test func `a file of nothing but its header loads no record and says so`() throws {
    var rig = try LoaderRig()
    let report = try rig.load("id,department\n", as: "departments.csv")
    #expect(report.status == "loaded" && report["read"] == 0)
    #expect(report.reason.contains("no record"))
  }

  @Test func `a hopeless file is not read to its end`() throws {
    var rig = try LoaderRig()
    let report = try rig.load(String(repeating: "a,b,c\n", count: 5000), as: "jobs.csv")
    #expect(report.status == "failed" && report.code == "wrong-shape")
    #expect(report["read"] == 1000 && report["rejected"] == 1000 && report.isBalanced)
    #expect(report.reason.contains("the rest was not read"))
  }

  @Test func `a missing object is recorded and acknowledged`() throws {
    var rig = try LoaderRig()
    let report = try rig.report(rig.notification("departments.csv"))
    #expect(report.code == "object-missing" && report.returned == 0, "\(report.value)")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.loads") == "1")
  }

  @Test func `a database that is away returns the message and the handler lives on`() throws {
    var rig = try LoaderRig(["DATABASE_URL": "postgresql:///none?host=/nonexistent&user=nobody"])
    let eTag = try rig.upload("1,Sales\n", as: "departments.csv")
    for _ in 1...2 {
      let answer = try rig.invoke(
        try rig.batch([rig.notification("departments.csv", eTag: eTag)]))
      #expect(answer["batchItemFailures"]?[0]?["itemIdentifier"]?.string == "0")
    }
  }

  @Test func `fault 22: one poisoned message in ten is returned and nine load`() throws {
    var rig = try LoaderRig()
    var bodies: [String] = []
    for index in 0..<10 {
      let key = "uploads/departments/\(index).csv"
      let eTag = try rig.upload("\(index + 1),Dep \(index)\n", as: key)
      bodies.append(index == 4 ? "not JSON at all" : rig.notification(key, eTag: eTag))
    }
    let answer = try rig.invoke(try rig.batch(bodies))
    #expect(answer["batchItemFailures"]?[0]?["itemIdentifier"]?.string == "4")
    #expect(answer["batchItemFailures"]?[1] == nil)
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "9")
  }

  @Test func `fault 24: what does not fit the time left is returned untouched`() throws {
    var rig = try LoaderRig()
    let eTag = try rig.upload("1,Sales\n", as: "departments.csv")
    let event = try rig.batch([rig.notification("departments.csv", eTag: eTag)])
    let answer = try rig.invoke(event, timeout: .seconds(1))
    #expect(answer["batchItemFailures"]?[0]?["itemIdentifier"]?.string == "0")
    #expect(try rig.invoke(event)["loads"]?[0]?["status"]?.string == "loaded")
  }

  @Test func `a load that failed for good is an error of a direct invocation`() throws {
    var rig = try LoaderRig()
    try rig.upload("1,a\n", as: "notes.csv")
    let event = rig.notification("notes.csv")
    var failure: (any FunctionError)?
    do { _ = try rig.invoke(event) } catch { failure = error as? any FunctionError }
    #expect(failure?.errorType == "NoDataset")
    #expect(failure?.message.contains("notes.csv") == true)
  }

  @Test func `a bucket that is not named is refused`() throws {
    var rig = try LoaderRig(["SLUICE_BUCKETS": "others, more"])
    let report = try rig.load("1,Sales\n", as: "departments.csv")
    #expect(report.code == "bucket-refused" && report.reason.contains("others"))
  }

  @Test func `a failure that cannot be recorded is told with its cause`() throws {
    var rig = try LoaderRig([
      "DATABASE_URL": "postgresql:///none?host=/nonexistent&user=nobody", "SLUICE_BUCKETS": "other",
    ])
    var failure: (any FunctionError)?
    do {
      _ = try rig.invoke(rig.notification("departments.csv"))
    } catch { failure = error as? any FunctionError }
    #expect(failure?.errorType == "DatabaseUnavailable")
    #expect(failure?.message.contains("is not among SLUICE_BUCKETS") == true, "\(failure as Any)")
  }

  @Test func `fault 19: the same content uploaded last leaves nothing older to load`() throws {
    var rig = try LoaderRig()
    let first = try rig.upload("1,Old\n", as: "departments.csv")
    let event = { (eTag: String?, order: String) in
      rig.notification("departments.csv", eTag: eTag, sequencer: order)
    }
    let (one, three) = (event(first, "01"), event(first, "03"))
    #expect(try rig.report(one).status == "loaded")
    #expect(try rig.report(three).status == "already-loaded")
    let between = try rig.upload("1,Between\n", as: "departments.csv")
    let two = rig.notification("departments.csv", eTag: between, sequencer: "02")
    #expect(try rig.report(two).status == "stale")
    #expect(try rig.report(one).status == "already-loaded")
  }

  @Test func `fault 19: an older event after a newer one changes nothing`() throws {
    var rig = try LoaderRig()
    let old = try rig.upload("1,Old\n", as: "departments.csv")
    let new = try rig.upload("1,New\n", as: "departments.csv")
    let newer = rig.notification("departments.csv", eTag: new, sequencer: "0A")
    #expect(try rig.report(newer).status == "loaded")
    #expect(try rig.report(newer).status == "already-loaded")
    let older = rig.notification("departments.csv", eTag: old, sequencer: "09FF")
    #expect(try rig.report(older).status == "stale")
    #expect(try rig.database.value("SELECT department FROM departments") == "New")
  }

  @Test
  func `fault 19: an object that was overwritten before it was read is left to its own event`()
    throws
  {
    var rig = try LoaderRig()
    let old = try rig.upload("1,Old\n", as: "departments.csv")
    try rig.upload("1,New\n", as: "departments.csv")
    let report = try rig.report(rig.notification("departments.csv", eTag: old))
    #expect(report.status == "stale" && report.returned == 0)
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "0")
  }

  @Test(arguments: [
    "uploads/departments/in a/b+c é.csv", "uploads/departments//x%41.csv",
    "uploads/departments/../d.csv", "uploads/departments/100%.csv",
  ])
  func `fault 17: a key of any bytes is read as it is`(_ key: String) throws {
    var rig = try LoaderRig()
    let report = try rig.load("1,Sales\n", as: key)
    #expect(report.status == "loaded", "\(report.value)")
    #expect(report.value["key"]?.string == key)
  }

  @Test func `a key too long for an index is one reject and not the end of the file`() throws {
    let json = """
      {"name":"p","resources":[{"name":"words","schema":{"fields":[
      {"name":"word","type":"string","constraints":{"required":true}}],"primaryKey":"word"},
      "sluice":{"header":"auto"}}]}
      """
    let package = try PackageFile(json)
    var words = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    // Random letters, because an index may hold a compressed key.
    var random = SystemRandomNumberGenerator()
    let long = (0..<9000).map { _ in String(UInt8.random(in: 0...255, using: &random), radix: 36) }
    let report = try words.load("one\n\(long.joined())\ntwo\n", as: "words.csv")
    #expect(report.isBalanced && report.outcome == [2, 0, 0, 0, 1], "\(report.reason)")
    #expect(report.rejects.first?["reason"]?.string?.contains("2600 bytes") == true)
  }

  @Test func `folders and removals are ignored`() throws {
    var rig = try LoaderRig()
    #expect(try rig.report(rig.notification("uploads/departments/")).status == "ignored")
    let removal = rig.notification("departments.csv").replacing(
      "ObjectCreated:Put", with: "ObjectRemoved:Delete")
    #expect(try rig.report(removal).status == "ignored")
  }

  @Test func `fault 18: two workers with the same event load it once`() async throws {
    let rig = try LoaderRig()
    try await rig.race()
  }
}

extension LoaderRig {
  /// Two handlers on two threads, one event.
  consuming func race() async throws {
    var first = self
    let rows = (1...20_000).map { "\($0),Name \($0)\n" }.joined()
    let eTag = try first.upload(rows, as: "jobs.csv")
    let event = try first.batch([first.notification("jobs.csv", eTag: eTag)])
    let variables = first.variables
    async let one = Self.statuses(event, variables)
    async let two = Self.statuses(event, variables)
    let statuses = try await [one, two].sorted()
    #expect(statuses == ["already-loaded", "loaded"])
    #expect(try first.database.value("SELECT count(*) FROM jobs") == "20000")
    #expect(try first.database.value("SELECT count(*) FROM sluice.loads") == "1")
  }
}

@Suite struct `Handler settings` {
  static let complete = [
    "SLUICE_DATAPACKAGE": Checkout.dataPackage,
    "DATABASE_URL": "postgresql:///x?host=/tmp", "AWS_REGION": "us-east-1",
  ]

  @Test(arguments: [
    ("SLUICE_DATAPACKAGE", "/nonexistent", "InvalidDataPackage"),
    ("DATABASE_URL", "nonsense", "InvalidSetting"),
    ("AWS_REGION", "", "InvalidSetting"),
    ("AWS_ENDPOINT_URL", "ftp://x", "InvalidSetting"),
    ("CA_BUNDLE", "/nonexistent", "InvalidSetting"),
  ])
  func `fault 7: a setting at fault is an init error that names it`(
    _ name: String, _ value: String, _ type: String
  ) throws {
    let variables = EnvironmentVariables(Self.complete.merging([name: value]) { $1 })
    var failure: (any FunctionError)?
    do { _ = try CSVLoadHandler(variables: variables) } catch {
      failure = error as? any FunctionError
    }
    #expect(failure?.errorType == type)
    #expect(failure?.message.contains(name) == true, "\(failure?.message ?? "no error")")
  }
}
