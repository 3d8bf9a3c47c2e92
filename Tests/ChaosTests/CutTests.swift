import CSVLoad
import JSON
import LambdaEvents
import LambdaRuntime
import TestSupport
import Testing

/// Loads whose line to the database is cut.
@Suite("Cut lines", .enabled(if: ChaosRig.isAvailable, "\(ChaosRig.reason)"))
struct CutTests {
  /// A handler behind a cutter.
  private struct Loader: ~Copyable {
    let cutter: TCPCutter
    private var handler: CSVLoadHandler

    init(_ rig: borrowing ChaosRig) throws {
      let cutter = try TCPCutter(rig.database.url)
      var values = rig.values
      values["DATABASE_URL"] = cutter.databaseURL
      handler = try CSVLoadHandler(variables: EnvironmentVariables(values))
      self.cutter = cutter
    }

    mutating func load(_ upload: ChaosRig.Upload) throws -> ChaosAnswer {
      let event = try JSON.decode(ObjectEvent.self, from: Array(upload.event.utf8))
      let context = InvocationContext(requestID: "cut", deadline: .after(.seconds(30)))
      let output = try handler.handle(event, context: context)
      return try JSON.decode(ChaosAnswer.self, from: try JSON.encode(output))
    }
  }

  /// Whether the table is empty, so that rows are copied straight into it.
  @Test(arguments: [true, false])
  func `fault 40: a line cut at any byte leaves one load or none`(intoEmptyTable: Bool) throws {
    var rig = try ChaosRig()
    var loader = try Loader(rig)
    var seed: UInt64 = 1
    func next(_ rig: inout ChaosRig) throws -> ChaosRig.Upload {
      seed += 1
      return try rig.upload(records: 300, seed: seed, intoEmptyTable: intoEmptyTable)
    }
    // The first makes the tables, the second is measured.
    for _ in 1...2 {
      let upload = try next(&rig)
      loader.cutter.set(.pass)
      let fault = try rig.fault(after: upload, try loader.load(upload))
      #expect(fault == nil, "\(fault ?? "")")
    }
    let (client, server) = (loader.cutter.clientBytes, loader.cutter.serverBytes)
    #expect(client > 3000 && server > 300, "\(client) \(server)")
    let cuts =
      stride(from: 0, to: client, by: client / 24).map { TCPCutter.Rule.cutAfterClientBytes($0) }
      + stride(from: 0, to: server, by: server / 24).map { TCPCutter.Rule.cutAfterServerBytes($0) }
    var returned = 0
    for cut in cuts {
      let upload = try next(&rig)
      loader.cutter.set(cut)
      returned += try loader.load(upload).batchItemFailures.count
      loader.cutter.set(.pass)
      let fault = try rig.fault(after: upload, try loader.load(upload))
      #expect(fault == nil, "\(cut): \(fault ?? "")")
    }
    // What the cut hits behind the commit, or while the worker is idle, returns no message.
    #expect(returned > cuts.count / 2, "\(returned) of \(cuts.count)")
  }

  @Test(arguments: [true, false])
  func `fault 40: a commit that was heard but not answered is found by the next attempt`(
    intoEmptyTable: Bool
  ) throws {
    var rig = try ChaosRig()
    var loader = try Loader(rig)
    for seed in 1...4 as ClosedRange<UInt64> {
      let upload = try rig.upload(records: 300, seed: seed, intoEmptyTable: intoEmptyTable)
      if seed > 1 {
        loader.cutter.set(.cutAfterServerHeard("commit\0"))
        #expect(try loader.load(upload).batchItemFailures.count == 1)
        loader.cutter.set(.pass)
      }
      let answer = try loader.load(upload)
      #expect(answer.loads.first?.status == (seed > 1 ? "already-loaded" : "loaded"))
      let fault = try rig.fault(after: upload, answer)
      #expect(fault == nil, "\(fault ?? "")")
    }
  }
}
