import AWS
import CSVLoad
import Datasets
import FeatureRigs
import JSON
import LambdaEvents
import LambdaRuntime
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Rejects files` {
  private static let header =
    "sluice_line,sluice_byte_offset,sluice_column,sluice_code,sluice_reason"
  private static let key = "uploads/departments/2021/d 1.csv"

  @Test func `refused records stand beside the file with what is wrong, as they were`() throws {
    var rig = try LoaderRig()
    let file =
      "1,Sales\n,\"a, \"\"b\"\"\nc\"\n3,\"x\" y\n4\n5,a,\"b\"\n6,ok\nsix,\"quoted, too\"\n"
    let report = try rig.load(file, as: Self.key)
    #expect(report.isBalanced && report.outcome == [2, 0, 0, 0, 5], "\(report.value)")
    #expect(report.rejectsKey == "rejected/\(Self.key)")
    #expect(
      try rig.object(report.rejectsKey) == """
        \(Self.header),id,department
        2,8,id,missing,id is missing; expected an integer from 1 to 2147483647,,"a, ""b""
        c"
        4,22,,quoting,text after a closing quote,"3,""x"" y"
        5,30,,too-few-fields,"1 fields; expected 2: id, department",4
        6,32,,too-many-fields,"3 fields; expected 2: id, department",5,a,"b"
        8,45,id,type,id is not an integer from 1 to 2147483647,six,"quoted, too"

        """)
    #expect(
      try rig.database.value("SELECT rejects_key FROM sluice.loads") == report.rejectsKey)
  }

  @Test func `bytes that are no text stay as they were`() throws {
    var rig = try LoaderRig()
    let bad: [UInt8] = [0x32, 0x2C, 0xFF, 0x61] + [0x0A] + [0x33, 0x2C, 0x00, 0x62]
    let report = try rig.load(Array("1,ok\n".utf8) + bad + [0x0A], as: "jobs.csv")
    #expect(report.outcome == [1, 0, 0, 0, 2])
    // Uploaded again as they are, they are refused again, and not loaded as something else.
    let again = try rig.copy(report.rejectsKey, to: "uploads/jobs/again.csv")
    #expect(again.status == "failed" && again.code == "wrong-shape", "\(again.value)")
    #expect(
      try rig.database.rows("SELECT DISTINCT code, encode(raw_bytes, 'hex') FROM sluice.rejects")
        .sorted { $0[0] < $1[0] } == [["invalid-utf8", "322cff61"], ["nul-byte", "332c0062"]])
  }

  @Test func `a mended file loads as it is, with our columns in it`() throws {
    var rig = try LoaderRig()
    let original =
      "JOB_ID,Department Id,DateTime,Name,ID\n2,1,2021-02-01T12:28:13Z,Ann,1\n"
      + "2,,2021-02-01T12:28:13Z,\"Bo, Jr\",2\n2,1,soon,Cy,3\n2,1,2021-02-01T12:28:13Z,Di\n"
    let first = try rig.load(original, as: "uploads/hired_employees/h.csv")
    #expect(first.outcome == [1, 0, 0, 0, 3])
    let file = try #require(try rig.object(first.rejectsKey))
    #expect(file.hasPrefix("\(Self.header),job_id,department_id,datetime,name,id\n3,"))
    let mended = file.replacing("2,,2021", with: "2,9,2021").replacing(
      "soon", with: "2021-03-01T00:00:00Z")
    let second = try rig.load(mended, as: "uploads/hired_employees/mended.csv")
    #expect(second.isBalanced && second.outcome == [2, 0, 0, 0, 1], "\(second.value)")
    #expect(
      try rig.database.rows("SELECT id, name, department_id FROM hired_employees ORDER BY id")
        == [["1", "Ann", "1"], ["2", "Bo, Jr", "9"], ["3", "Cy", "1"]])
    #expect(second.rejects.first?["reason"]?.string?.hasPrefix("4 fields; expected 5") == true)
    // What is refused again is told by its place in the mended file, without the columns of before.
    let lines = file.split(separator: "\n")
    let place = "4,\(Self.offset(of: 3, in: mended)),"
    #expect(
      try rig.object(second.rejectsKey) == "\(lines[0])\n\(place)"
        + lines[3].trimmingPrefix("5,\(Self.offset(of: 4, in: original)),") + "\n")
  }

  private static func offset(of line: Int, in text: String) -> Int {
    text.split(separator: "\n").prefix(line).map { $0.utf8.count + 1 }.reduce(0, +)
  }

  @Test func `derived columns refuse into the same file, in the order of the records`() throws {
    var rig = try LoaderRig()
    let first = try rig.load(
      "fullname,age,location\nPlato,80,Athens\nAda King,x,London\nBo Li,9,\"Ny, K\"\nCher,75,LA\n",
      as: "uploads/people/p.csv")
    #expect(first.outcome == [1, 0, 0, 0, 3], "\(first.value)")
    let file = try #require(try rig.object(first.rejectsKey))
    #expect(
      file == """
        \(Self.header),fullname,age,location
        2,22,last_name,missing,last_name cannot be derived from the record,Plato,80,Athens
        3,38,age,type,age is not an integer from 0 to 150,Ada King,x,London
        5,72,last_name,missing,last_name cannot be derived from the record,Cher,75,LA

        """)
    let mended = try rig.load(
      file.replacing("Plato", with: "Plato A").replacing(",x,", with: ",36,"),
      as: "uploads/people/mended.csv")
    #expect(mended.outcome == [2, 0, 0, 0, 1], "\(mended.value)")
    #expect(
      try rig.database.value(
        "SELECT string_agg(raw, ' ' ORDER BY load, record) FROM sluice.rejects"
      )
      .hasSuffix(" Cher,75,LA Cher,75,LA"))
  }

  @Test func `the file has the dialect of its dataset`() throws {
    let package = try PackageFile(
      """
      {"name":"p","resources":[{"name":"pairs","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}},
      {"name":"a b","type":"string","constraints":{"required":true}}],"primaryKey":"id"},
      "dialect":{"delimiter":";","quoteChar":"'","header":false}}]}
      """)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let report = try rig.load("1;'x;y'\nz;'q''q'\n2;\n", as: "pairs.csv")
    #expect(report.outcome == [1, 0, 0, 0, 2])
    let file = try #require(try rig.object(report.rejectsKey))
    #expect(file.hasPrefix(Self.header.replacing(",", with: ";") + ";id;a b\n2;8;id;type;"))
    #expect(file.contains(";z;'q''q'\n3;17;a b;missing;'a b is missing; expected text';2;\n"))
    // Also where the dataset says that its files have no header.
    let mended = try rig.load(file.replacing(";z;", with: ";7;"), as: "pairs.mended.csv")
    #expect(mended.outcome == [1, 0, 0, 0, 1], "\(mended.value)")
    #expect(try rig.database.rows(#"SELECT "a b" FROM pairs WHERE id = 7"#) == [["q'q"]])
  }

  @Test func `more rejects than fit one part are all there`() throws {
    let long = String(repeating: "x", count: 3000)
    let records = (1...4000).map { $0 % 2 == 0 ? "\($0),ok\n" : "x\($0),\(long)\n" }
    let file = Array("9999,first\n\(records.joined())".utf8)
    let stub = try HTTPStub { request in
      request.method == "POST" && request.target.hasSuffix("uploads=")
        ? HTTPStub.Reply(body: Array("<UploadId>u</UploadId>".utf8))
        : request.method == "POST" ? HTTPStub.Reply() : `Download faults`.serve(file, to: request)
    }
    var rig = try LoaderRig(["AWS_ENDPOINT_URL": stub.url])
    let report = try rig.report(rig.notification("jobs.csv", eTag: "e"))
    #expect(report.isBalanced && report.outcome == [2001, 0, 0, 0, 2000])
    #expect(report.rejectsKey == "rejected/jobs.csv")
    let parts = stub.requests.filter { $0.target.contains("rejected/jobs.csv?partNumber=") }
    #expect(parts.count == 2 && stub.requests.last?.method == "POST")
    let lines = String(decoding: parts.flatMap(\.body), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 2001)
    #expect(
      lines.dropFirst().enumerated().allSatisfy { index, line in
        line.hasPrefix("\(index * 2 + 2),") && line.hasSuffix(",x\(index * 2 + 1),\(long)")
      })
  }

  @Test func `rejects files are not loaded where they are`() throws {
    var rig = try LoaderRig()
    let report = try rig.load("1,Sales\n2\n", as: "departments.csv")
    let ignored = try rig.report(rig.notification(report.rejectsKey))
    #expect(ignored.status == "ignored" && ignored.reason.contains("mended"), "\(ignored.value)")
    #expect(ignored.returned == 0)
    #expect(try rig.database.value("SELECT count(*) FROM sluice.loads") == "1")
  }

  @Test func `rejects of a compressed file do not bear its suffix`() throws {
    var rig = try LoaderRig()
    let bytes = try CompressedBytes.make(Array("1,Sales\n2\n".utf8), by: "gzip")
    let report = try rig.load(bytes, as: "uploads/departments/D.CSV.GZ")
    #expect(report.rejectsKey == "rejected/uploads/departments/D.CSV.GZ.csv")
    #expect(try rig.object(report.rejectsKey)?.hasSuffix(",2\n") == true)
  }

  @Test func `a load without rejects, or that failed, writes none`() throws {
    var rig = try LoaderRig()
    let clean = try rig.load("1,Sales\n", as: "departments.csv")
    let failed = try rig.load("a\nb\n", as: "jobs.csv")
    #expect(clean.rejectsKey.isEmpty && failed.status == "failed" && failed.rejectsKey.isEmpty)
    for key in ["departments.csv", "jobs.csv"] { #expect(try rig.object("rejected/\(key)") == nil) }
  }

  @Test func `a file that cannot be written undoes no load, and the next event writes it`() throws {
    let body = Array("1,Sales\n2\n".utf8)
    let stub = try HTTPStub { request in
      guard request.target.contains("rejected/") else {
        return `Download faults`.serve(body, to: request)
      }
      // Not before the third time.
      return HTTPStub.Reply(request.number > 3 ? 200 : 403)
    }
    var rig = try LoaderRig(["AWS_ENDPOINT_URL": stub.url])
    let event = rig.notification("departments.csv", eTag: "e")
    let first = try rig.report(event)
    #expect(first.status == "loaded" && first.outcome == [1, 0, 0, 0, 1], "\(first.answer)")
    #expect(first.returned == 0 && first.code.isEmpty && first.rejectsKey.isEmpty)
    #expect(
      first.reason.contains("could not be written to rejected/departments.csv")
        && first.reason.contains("AccessDenied"), "\(first.reason)")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.rejects") == "1")
    let second = try rig.report(event)
    #expect(second.status == "already-loaded" && second.rejectsKey.isEmpty)
    let third = try rig.report(event)
    #expect(third.rejectsKey == "rejected/departments.csv" && third.reason.isEmpty)
    let written = try #require(stub.requests.last)
    #expect(written.method == "PUT")
    #expect(
      String(decoding: written.body, as: UTF8.self).hasSuffix(
        "\n2,8,,too-few-fields,\"1 fields; expected 2: id, department\",2\n"))
    #expect(written.header("content-type") == "text/csv; charset=utf-8")
    // Written once, it is only named.
    #expect(try rig.report(event).rejectsKey == third.rejectsKey)
    #expect(stub.requests.count == written.number + 1)
  }

  @Test func `fault 40: a database lost behind the commit leaves the file to the next event`()
    throws
  {
    var rig = try LoaderRig()
    let cutter = try TCPCutter(rig.database.url)
    var values = ["DATABASE_URL": cutter.databaseURL]
    for name in [
      "SLUICE_DATAPACKAGE", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
      "AWS_ENDPOINT_URL",
    ] { values[name] = rig.variables[name] }
    let eTag = try rig.upload("1,Sales\n2\n", as: "departments.csv")
    let event = try JSON.decode(
      ObjectEvent.self,
      from: Array(try rig.batch([rig.notification("departments.csv", eTag: eTag)]).utf8))
    var handler = try CSVLoadHandler(variables: EnvironmentVariables(values))
    cutter.set(.cutBeforeClientSays("COPY (SELECT line"))
    var answers: [JSONValue] = []
    for _ in 1...2 {
      let output = try handler.handle(
        event, context: InvocationContext(requestID: "cut", deadline: .after(.seconds(30))))
      answers.append(try JSON.decode(JSONValue.self, from: try JSON.encode(output)))
      cutter.set(.pass)
    }
    let reports = answers.map { LoaderRig.Report(value: $0["loads"]?[0] ?? .null, answer: $0) }
    #expect(reports.map(\.status) == ["loaded", "already-loaded"], "\(answers)")
    #expect(reports.allSatisfy { $0.isBalanced && $0.returned == 0 })
    #expect(reports.map(\.rejectsKey) == ["", "rejected/departments.csv"])
    #expect(reports[0].reason.contains("could not be written"), "\(reports[0].reason)")
    #expect(try rig.object("rejected/departments.csv")?.hasSuffix(",2\n") == true)
  }

  @Test func `an older load does not write over the rejects of a newer one`() throws {
    var rig = try LoaderRig()
    let event = { (rig: borrowing LoaderRig, eTag: String, order: String) in
      rig.notification("departments.csv", eTag: eTag, sequencer: order)
    }
    let old = try rig.upload("1,Sales\nold\n", as: "departments.csv")
    let first = event(rig, old, "01")
    #expect(try rig.report(first).rejectsKey == "rejected/departments.csv")
    let new = try rig.upload("1,Sales\n2\n", as: "departments.csv")
    #expect(try rig.report(event(rig, new, "02")).rejectsKey == "rejected/departments.csv")
    #expect(try rig.report(first).rejectsKey == "")
    #expect(try rig.object("rejected/departments.csv")?.hasSuffix(",2\n") == true)
  }
}

/// What is refused when it heals.
extension `Rejects files` {
  private static let notes = """
    {"name":"events","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}}],"primaryKey":"id"}},
    {"name":"notes","schema":{"fields":[
      {"name":"nr","type":"integer","constraints":{"required":true}},
      {"name":"event","type":"integer"}],"primaryKey":"nr",
      "foreignKeys":[{"fields":"event","reference":{"resource":"events","fields":"id"}}]},
      "sluice":{"mode":"append"}}
    """

  @Test func `what is refused when it heals is added to the file of the load it came with`() throws
  {
    let package = try PackageFile(#"{"name":"p","resources":[\#(Self.notes)]}"#)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    // All of the first load waits; of the second, one record is refused at once.
    let first = try rig.load("event,nr\n7,1\n7,2\n", as: "1/notes.csv")
    #expect(first["pending"] == 2 && first.rejectsKey.isEmpty)
    let second = try rig.load("nr,event\n3,x\n2,7\n1,7\n4,7\n", as: "2/notes.csv")
    #expect(second["pending"] == 3 && second.rejectsKey == "rejected/2/notes.csv")
    // And one that a later load of its key has taken the place of.
    _ = try rig.load("nr,event\n2,7\n", as: "3/notes.csv")
    _ = try rig.load("nr,event\n9,\n", as: "3/notes.csv")
    let parent = try rig.load("id\n7\n", as: "events.csv")
    #expect(parent["healed"] == 3 && parent.rejectsKey.isEmpty, "\(parent.answer)")
    let reason = "\(RejectCode.duplicateKey.rawValue),\"the key is that of an earlier"
    #expect(try rig.object("rejected/1/notes.csv") == nil)
    let lines = try #require(try rig.object("rejected/2/notes.csv")).split(separator: "\n")
    try #require(lines.count == 4, "\(lines)")
    #expect(lines[0] == "\(Self.header),nr,event" && lines[1].hasSuffix(",3,x"))
    #expect(lines[2].hasPrefix("3,13,nr,\(reason)") && lines[2].hasSuffix(",2,7"), "\(lines)")
    #expect(lines[3].hasPrefix("4,17,nr,\(reason)") && lines[3].hasSuffix(",1,7"), "\(lines)")
    #expect(try rig.object("rejected/3/notes.csv") == nil)
    #expect(
      try rig.database.rows("SELECT rejected, pending, rejects_key FROM sluice.loads ORDER BY id")
        == [
          ["0", "0", ""], ["3", "0", "rejected/2/notes.csv"], ["1", "0", ""], ["0", "0", ""],
          ["0", "0", ""],
        ])
  }

  @Test func `what is refused when it heals has a header of its own file`() throws {
    let package = try PackageFile(#"{"name":"p","resources":[\#(Self.notes)]}"#)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    _ = try rig.load("nr,event\n1,7\n", as: "1/notes.csv")
    _ = try rig.load("Event,NR\n7,1\n", as: "2/notes.csv.gz")
    _ = try rig.load("id\n7\n", as: "events.csv")
    let file = try #require(try rig.object("rejected/2/notes.csv.gz.csv"))
    #expect(file.hasPrefix("\(Self.header),event,nr\n2,9,nr,") && file.hasSuffix(",7,1\n"))
  }

  @Test func `a local file, too, gets what is refused when it heals`() throws {
    var rig = try FileRig(Self.notes)
    _ = try rig.load(try rig.folder.write("nr,event\n1,7\n", as: "notes.1.csv"))
    let path = try rig.folder.write("nr,event\n1,7\n2,7\n", as: "notes.csv")
    #expect(try rig.load(path).rejectsKey == nil)
    let parent = try rig.load(try rig.folder.write("id\n7\n", as: "events.csv"))
    #expect(parent.healed == 2 && parent.rejectsKey == nil)
    #expect(rig.folder.read("notes.rejected.csv")?.hasSuffix(",1,7\n") == true)
    #expect(try rig.load(path).rejectsKey == rig.folder.path("notes.rejected.csv"))
  }
}

/// Rejects of loads that run side by side.
extension `Rejects files` {
  /// Rejects files in the order in which they were taken, the first of which is taken when it may be.
  private final class Shelf: Sendable {
    private let arrivals = Atomic<Int>(0)
    private let lines = Mutex<[String]>([])
    let mayTakeFirst = Latch()

    var arrived: Int { arrivals.load(ordering: .sequentiallyConsistent) }
    /// The last line of each file.
    var taken: [String] { lines.withLock { $0 } }

    func put(_ body: [UInt8]) {
      let isFirst = arrivals.add(1, ordering: .sequentiallyConsistent).oldValue == 0
      if isFirst { _ = Patience.until { mayTakeFirst.isOpen } }
      let last = String(decoding: body, as: UTF8.self).split(separator: "\n").last ?? ""
      lines.withLock { $0.append(String(last)) }
    }
  }

  @Test func `a newer load that comes while an older one writes its rejects has the last word`()
    throws
  {
    let shelf = Shelf()
    let stub = try HTTPStub { request in
      guard request.method != "PUT" || !request.target.contains("rejected/") else {
        shelf.put(request.body)
        return HTTPStub.Reply()
      }
      let eTag = request.header("If-Match") == "\"old\"" ? "old" : "new"
      return `Download faults`.serve(Array("1,Sales\n\(eTag)\n".utf8), eTag: eTag, to: request)
    }
    let rig = try LoaderRig(["AWS_ENDPOINT_URL": stub.url])
    let (database, variables) = (rig.database, rig.variables)
    let events = ["old", "new"].map { rig.notification("departments.csv", eTag: $0) }
    let statuses = try BlockingThread.map([0, 1, 2]) { number in
      switch number {
      case 0: return try LoaderRig.status(events[0], variables)
      case 1:
        _ = Patience.until { shelf.arrived > 0 }
        return try LoaderRig.status(events[1], variables)
      default:
        // The newer load waits for the older one's file, or has written its own already.
        let isWaiting = """
          SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
          WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
          """
        let isKnown = try Patience.until {
          try !shelf.taken.isEmpty || database.value(isWaiting) != "0"
        }
        shelf.mayTakeFirst.open()
        return "\(isKnown)"
      }
    }
    #expect(statuses == ["loaded", "loaded", "true"])
    #expect(shelf.taken.map { $0.suffix(4) } == [",old", ",new"])
    #expect(
      try database.rows("SELECT rejects_key FROM sluice.loads ORDER BY id")
        == [["rejected/departments.csv"], ["rejected/departments.csv"]])
  }
}

extension LoaderRig {
  /// Loads a copy of an object under another key.
  fileprivate mutating func copy(_ key: String, to other: String) throws -> Report {
    try load(try bytes(of: key), as: other)
  }
}
