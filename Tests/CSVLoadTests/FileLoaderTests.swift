import CSVLoad
import Datasets
import FeatureRigs
import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: FileRig.isAvailable, "\(FileRig.reason)"))
struct `Loads of local files` {
  static let towns = """
    {"name": "towns", "schema": {"primaryKey": "id", "fields": [
      {"name": "id", "type": "integer", "constraints": {"required": true}},
      {"name": "town", "constraints": {"required": true}}]}}
    """
  static let text = "id,town\n1,Graz\n2,Linz\n"

  @Test func `a file loads once, and again when it has changed`() throws {
    var rig = try FileRig(Self.towns)
    let path = try rig.folder.write(Self.text, as: "towns.csv")
    let first = try rig.load(path)
    #expect(first.status == .loaded)
    #expect(first.counts.inserted == 2)
    #expect((first.bucket, first.key) == ("file", path))
    let second = try rig.load(path)
    #expect(second.status == .alreadyLoaded)
    #expect(second.id == first.id)
    try rig.folder.write(Self.text + "3,Wels\n", as: "towns.csv")
    let third = try rig.load(path)
    #expect(third.status == .loaded)
    #expect((third.counts.inserted, third.counts.unchanged) == (1, 2))
    #expect(try rig.database.value("SELECT count(*) FROM towns") == "3")
    #expect(
      try rig.database.rows("SELECT bytes, etag LIKE '%/towns' FROM sluice.loads ORDER BY id") == [
        ["22", "t"], ["29", "t"],
      ])
  }

  @Test func `what was loaded is loaded again when that is asked for`() throws {
    var rig = try FileRig(Self.towns)
    let path = try rig.folder.write(Self.text, as: "towns.csv")
    _ = try rig.load(path)
    try rig.database.execute("DELETE FROM towns WHERE id = 1")
    #expect(try rig.load(path).status == .alreadyLoaded)
    rig.loader.options.isForced = true
    let report = try rig.load(path)
    #expect((report.counts.inserted, report.counts.unchanged) == (1, 1))
  }

  @Test(arguments: ["gzip -c", "zstd -qc"])
  func `a compressed file loads, too`(command: String) throws {
    var rig = try FileRig(Self.towns)
    let bytes = try CompressedBytes.make(Array(Self.text.utf8), by: command)
    let path = try rig.folder.write(bytes, as: "towns.csv.packed")
    #expect(try rig.load(path).counts.inserted == 2)
  }

  @Test func `rejects go beside the file, and never over another`() throws {
    var rig = try FileRig(Self.towns)
    let path = try rig.folder.write(Self.text + "x,Enns\n4,\n", as: "towns.csv")
    try rig.folder.write("mine", as: "towns.rejected.csv")
    let report = try rig.load(path)
    #expect(report.counts.rejected == 2)
    let rejects = rig.folder.path("towns.rejected-2.csv")
    #expect(report.rejectsKey == rejects)
    #expect(rig.folder.read("towns.rejected.csv") == "mine")
    #expect(
      rig.folder.read("towns.rejected-2.csv") == """
        sluice_line,sluice_byte_offset,sluice_column,sluice_code,sluice_reason,id,town
        4,22,id,type,id is not an integer from -9223372036854775808 to 9223372036854775807,x,Enns
        5,29,town,missing,town is missing; expected text,4,

        """)
    // The same content again writes no second file, and says where the first is.
    #expect(try rig.load(path).rejectsKey == rejects)
    // What was mended loads as it stands.
    try rig.folder.write(
      (rig.folder.read("towns.rejected-2.csv") ?? "").replacing(",x,", with: ",3,")
        .replacing(",4,\n", with: ",4,Wels\n"), as: "towns.mended.csv")
    let mended = try rig.load(rig.folder.path("towns.mended.csv"))
    #expect((mended.counts.inserted, mended.counts.rejected) == (2, 0))
  }

  @Test func `a file that can never load is recorded, one that is not there is not`() throws {
    var rig = try FileRig(Self.towns)
    let path = try rig.folder.write("", as: "towns.csv")
    let report = try rig.load(path)
    #expect((report.status, report.code) == (.failed, "empty-object"))
    #expect(throws: LoadFault.self) { try rig.load(path + ".gone/towns.csv") }
    #expect(throws: LoadFault.self) { try rig.load("/tmp/nobody.csv") }
    #expect(
      try rig.database.rows("SELECT status, code FROM sluice.loads") == [
        ["failed", "empty-object"]
      ])
  }

  @Test func `a pipe is refused, because nobody could tell what was loaded`() throws {
    var rig = try FileRig(Self.towns)
    let path = rig.folder.path("towns.csv")
    #expect(unsafe mkfifo(path, 0o600) == 0)
    // Held open for writing, so that opening it for reading does not wait.
    let writer = unsafe open(path, O_RDWR | O_CLOEXEC)
    defer { close(writer) }
    let fault = #expect(throws: LoadFault.self) { try rig.load(path) }
    #expect(fault?.message.contains("no regular file") == true)
  }

  @Test func `a file that is changed while it is read changes nothing`() throws {
    var rig = try FileRig(Self.towns)
    let lines = (1...40_000).map { "\($0),Graz\n" }
    let path = try rig.folder.write("id,town\n" + lines.joined(), as: "towns.csv")
    let folder = rig.folder
    rig.loader.options.onProgress = { progress in
      if progress.bytes > 0 { try folder.write("id,town\n", as: "towns.csv") }
    }
    let fault = #expect(throws: LoadFault.self) { try rig.load(path) }
    #expect(fault?.message.contains("changed while it was read") == true)
    #expect(try rig.database.value("SELECT count(*) FROM towns") == "0")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.loads") == "0")
  }

  @Test func `a load that its watcher ends leaves nothing, and the next one works`() throws {
    var rig = try FileRig(Self.towns)
    let path = try rig.folder.write(Self.text, as: "towns.csv")
    rig.loader.options.onProgress = { progress in
      if progress.bytes > 0 { throw LoadFault(.interrupted, "enough", isRetriable: true) }
    }
    let fault = #expect(throws: LoadFault.self) { try rig.load(path) }
    #expect(fault?.code == .interrupted)
    #expect(try rig.database.value("SELECT count(*) FROM sluice.loads") == "0")
    rig.loader.options.onProgress = nil
    #expect(try rig.load(path).counts.inserted == 2)
  }

  static let names: [(file: String, dataset: String?)] = [
    ("towns.csv", "towns"), ("towns.2021.csv.gz", "towns"), ("Towns.csv", "towns"),
    ("a/b/towns", "towns"), ("big-towns.csv", "big_towns"), ("Big Towns.csv", "big_towns"),
    ("town.csv", nil), (".csv", nil),
  ]

  @Test(arguments: names)
  func `a file belongs to the dataset of its name`(file: String, dataset: String?) throws {
    let other = Self.towns.replacing("\"towns\"", with: "\"big_towns\"")
    let package = try DataPackage(
      json: Array("{\"resources\":[\(Self.towns),\(other)]}".utf8))
    #expect(package.dataset(forFile: file)?.name == dataset)
  }
}
