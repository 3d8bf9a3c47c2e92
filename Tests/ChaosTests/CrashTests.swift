import Glibc
import JSON
import TestSupport
import Testing

/// `csv-load` as the process that Lambda runs, killed wherever it is.
@Suite("Crashes", .enabled(if: ChaosRig.isAvailable, "\(ChaosRig.reason)"))
struct CrashTests {
  /// The program, with one invocation waiting for it.
  private final class Worker {
    private static let bootstrap =
      unsafe getenv("TEST_BOOTSTRAP").map { unsafe String(cString: $0) }
      ?? ProgramFile.path("bootstrap")

    let runtimeAPI: RuntimeAPIStub
    let process: ChildProcess

    init(_ values: [String: String], _ event: String) throws {
      runtimeAPI = try RuntimeAPIStub(next: [.invocation(event: event), .hold])
      var variables = values
      variables["_HANDLER"] = "csv-load"
      variables["AWS_LAMBDA_RUNTIME_API"] = runtimeAPI.address
      variables["AWS_LAMBDA_LOG_LEVEL"] = "WARN"
      process = try ChildProcess(Self.bootstrap, variables: variables)
    }

    var hasAnswered: Bool { !runtimeAPI.posts.isEmpty }

    /// Waits for the answer.
    func answer() throws -> ChaosAnswer {
      guard Patience.until({ hasAnswered || process.wait(.zero) != nil }),
        let post = runtimeAPI.posts.first, let answer = try? Self.read(post.body)
      else { throw NoAnswer(log: process.output + "\(runtimeAPI.posts)") }
      return answer
    }

    private static func read(_ body: [UInt8]) throws -> ChaosAnswer {
      try JSON.decode(ChaosAnswer.self, from: body)
    }

    struct NoAnswer: Error { let log: String }

    deinit {
      runtimeAPI.stop()
      process.stop()
    }
  }

  /// How many kills there are: a few in every run of the tests, and as many as told in a long one.
  private static let kills =
    unsafe getenv("CHAOS_KILLS").flatMap { unsafe Int(String(cString: $0)) } ?? 20
  private static let seed =
    unsafe getenv("CHAOS_SEED").flatMap { unsafe UInt64(String(cString: $0)) } ?? 1

  @Test func `fault 40: a load killed anywhere, any number of times, happens once`() throws {
    var random = SeededRandom(seed: Self.seed)
    var rig = try ChaosRig()
    var killed = 0
    var round: UInt64 = 0
    var span = Duration.milliseconds(100)
    while killed < Self.kills {
      round += 1
      let upload = try rig.upload(
        records: 5000, seed: random.next(), intoEmptyTable: round % 2 == 1)
      // The first is left alone, to learn how long one takes.
      for _ in 0..<(round == 1 ? 0 : Int.random(in: 1...4, using: &random)) {
        let worker = try Worker(rig.values, upload.event)
        usleep(useconds_t(Int.random(in: 0...Int(span / .microseconds(1)), using: &random)))
        if !worker.hasAnswered { killed += 1 }
        worker.process.send(SIGKILL)
        _ = worker.process.wait()
      }
      let start = ContinuousClock.now
      let answer = try Worker(rig.values, upload.event).answer()
      if answer.loads.first?.status == "loaded" { span = start.duration(to: .now) }
      let fault = try rig.fault(after: upload, answer)
      #expect(fault == nil, "round \(round), seed \(Self.seed): \(fault ?? "")")
    }
    let loads = try rig.database.value("SELECT count(*) FROM sluice.loads")
    #expect(loads == "\(round)", "each file is loaded once")
    print("chaos: \(killed) kills in \(round) loads")
  }
}
