import CLI
import Glibc
import JSON
import TestSupport
import Testing

/// `job-ingest` as the process that Lambda runs, killed and doubled.
@Suite("Ingesting processes", .enabled(if: IngestRig.isAvailable, "\(IngestRig.reason)"))
struct ProcessTests {
  /// The program, with one invocation waiting for it.
  private final class Worker {
    /// What is deployed, where `TEST_BOOTSTRAP` names it.
    private static let bootstrap =
      unsafe getenv("TEST_BOOTSTRAP").map { unsafe String(cString: $0) }
      ?? ProgramFile.path("bootstrap")

    let runtimeAPI: RuntimeAPIStub
    let process: ChildProcess

    init(_ rig: borrowing IngestRig) throws {
      runtimeAPI = try RuntimeAPIStub(next: [.invocation(event: "{}"), .hold])
      var variables = rig.values
      variables["_HANDLER"] = "job-ingest"
      variables["AWS_LAMBDA_RUNTIME_API"] = runtimeAPI.address
      process = try ChildProcess(Self.bootstrap, variables: variables)
    }

    /// Waits for the answer.
    func answer() throws -> IngestRig.Answer {
      for _ in 0..<6000 {
        if let post = runtimeAPI.posts.first {
          return try JSON.decode(IngestRig.Answer.self, from: post.body)
        }
        usleep(10_000)
      }
      throw NoAnswer(log: process.output)
    }

    struct NoAnswer: Error { let log: String }

    deinit {
      runtimeAPI.stop()
      process.stop()
    }
  }

  @Test(arguments: 1...6)
  func `fault 43: a killed run goes on and ends with the table of an undisturbed one`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    var undisturbed = try IngestRig(postings: 150, locations: 60)
    let whole = try undisturbed.ingest()
    let rig = try IngestRig(postings: 150, locations: 60, latencyMilliseconds: 20)
    var kills = 0
    for _ in 0..<4 {
      let worker = try Worker(rig)
      usleep(UInt32.random(in: 20_000...250_000, using: &random))
      if worker.process.wait(.zero) == nil, worker.runtimeAPI.posts.isEmpty { kills += 1 }
      worker.process.send(SIGKILL)
      _ = worker.process.wait(.seconds(5))
    }
    var answer = try Worker(rig).answer()
    // The server may still be at what the killed one sent last.
    for _ in 0..<100 where answer.status == "already-running" {
      usleep(50_000)
      answer = try Worker(rig).answer()
    }
    #expect(kills > 0)
    #expect(answer.status == "complete")
    #expect(answer.found == whole.found)
    let (ours, theirs) = (try rig.tables(), try undisturbed.tables())
    #expect(ours == theirs)
    let open = try rig.database.value(
      "SELECT count(*) FROM sluice.ingest_runs WHERE status IN ('running', 'partial')")
    #expect(open == "0")
  }

  @Test func `fault 26: of two schedules at once one runs, the other says so`() throws {
    let rig = try IngestRig(postings: 150, latencyMilliseconds: 200)
    let (one, other) = (try Worker(rig), try Worker(rig))
    let answers = [try one.answer(), try other.answer()]
    let statuses = answers.map(\.status).sorted()
    #expect(statuses == ["already-running", "complete"])
    #expect(answers.map(\.found).max() == answers.map(\.inserted).max())
    #expect(try rig.database.value("SELECT count(*) FROM sluice.ingest_runs") == "1")
  }

  @Test(arguments: [
    ("empty", "data-engineering-chicago"), ("schedule-rule", "data-engineering-chicago"),
    ("scheduler-string-detail", "data-engineering-chicago"), ("scheduler-input", "DatePosted=7"),
  ])
  func `fault 25: each form of a schedule's event runs its search`(
    name: String, search: String
  ) throws {
    var rig = try IngestRig()
    let event = String(decoding: try EventFile.bytes("job-ingest.\(name)"), as: UTF8.self)
    let answer = try rig.ingest(event)
    #expect(answer.status == "complete")
    let key = try rig.database.value("SELECT search FROM sluice.ingest_runs")
    #expect(key.contains(search))
  }
}
