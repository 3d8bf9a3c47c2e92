import HTTP
import JSON
import Postgres
import System

/// The part of `sluice demo` that ingests postings: three runs, the last after changes at the stub,
/// held against what the stub says it changed.
enum IngestDemo {
  static func show(in state: StackState) throws(CommandError) {
    guard let stub = state.usajobsStub else {
      Console.print(
        """

        No postings are ingested here: your variables name a source of postings, which a
        demonstration does not use. sluice ingest does.
        """)
      return
    }
    Console.print("\nIngesting postings: a stub of the USAJOBS API → job-ingest → PostgreSQL")
    var demo = IngestDemoRuns(state: state)
    let remembered = try demo.knownPostings()
    try demo.run("the first")
    try demo.run("once more")
    let change = try order(of: stub)
    try demo.run(
      "\(change.changed.count) changed, \(change.dropped.count) dropped, "
        + "\(change.added.count) added at the stub")
    Console.print(demo.table)
    if remembered > 0 {
      Console.print(
        """
        Before the first run, the database held \(remembered) postings from earlier runs. A stub starts
        afresh each time, so the first run brought the database in line with this one.
        """)
    }
    let faults = try demo.faults(remembered: remembered, after: change)
    guard faults.isEmpty else {
      throw CommandError(
        "the runs do not match what the stub did: \(faults.joined(separator: "; "))",
        advice: "Another run in between or other saved searches can cause this.")
    }
    let last = demo.runs[2].summary.all
    Console.print(
      "These figures match the stub's own changes: \(last["inserted"]) inserted, "
        + "\(last["updated"]) updated, \(last["closed"]) closed.")
  }

  /// Lets the stub change, with other choices and ids than in any demonstration before.
  private static func order(of stub: String) throws(CommandError) -> StubChangeReport {
    let change = StubChange(
      changed: 2, dropped: 1, added: 3, seed: UInt64(WallClock.now.milliseconds))
    return try orFail("the stub at \(stub) cannot be changed") {
      var client = try HTTPClient()
      let request = HTTPRequest(
        method: "POST", url: "\(stub)/stub/change", body: try JSON.encode(change))
      let answer = try client.send(request, timeout: .seconds(30)).successful(request)
      return try JSON.decode(StubChangeReport.self, from: answer.body)
    }
  }
}

/// The runs of a demonstration, and what is to be expected of them.
private struct IngestDemoRuns {
  let state: StackState
  private(set) var runs: [(label: String, summary: IngestSummary)] = []

  /// Runs every saved search in the stack.
  mutating func run(_ label: String) throws(CommandError) {
    switch try InvokeCommand.invoke("job-ingest", Array("{}".utf8), at: state.front) {
    case .response(let response):
      let answer = try orFail("the answer of job-ingest cannot be read") {
        try JSON.decode(JSONValue.self, from: response.body)
      }
      runs.append((label, IngestSummary(answer)))
    case .failure(let failure):
      throw CommandError("job-ingest failed: \(failure.line)")
    }
  }

  var table: String {
    let figures = ["found", "inserted", "updated", "unchanged", "closed"]
    let rows = runs.map { run in [run.label] + figures.map { String(run.summary.all[$0]) } }
    return TextTable(columns: ["run"] + figures, rows: rows).text()
  }

  /// How many postings earlier runs left; before the very first there is no table.
  func knownPostings() throws(CommandError) -> Int {
    guard try query("SELECT count(to_regclass('public.postings'))") == 1 else { return 0 }
    return try query("SELECT count(*) FROM postings")
  }

  /// What is not as it should be; empty when all is.
  func faults(
    remembered: Int, after change: StubChangeReport
  ) throws(CommandError) -> [String] {
    var faults: [String] = []
    for (label, run) in runs {
      if run.all.status != "complete" {
        faults.append("\(label): \(run.all.status)\(run.remarks.map { ", \($0)" }.joined())")
      }
      let sum = IngestSummary.parts.reduce(0) { $0 + run.all[$1] }
      if sum != run.all["found"] { faults.append("\(label): \(run.all.line)") }
    }
    func expect(_ run: Int, _ figure: String, _ count: Int) {
      let actual = runs[run].summary.all[figure]
      if actual != count { faults.append("\(runs[run].label): \(actual) \(figure), not \(count)") }
    }
    if remembered == 0 { expect(0, "inserted", runs[0].summary.all["found"]) }
    expect(1, "unchanged", runs[1].summary.all["found"])
    expect(1, "closed", 0)
    expect(2, "inserted", change.added.count)
    expect(2, "updated", change.changed.count)
    expect(2, "closed", try closable(change.dropped))
    return faults
  }

  /// How many of some postings no search but those of the demonstration still finds.
  private func closable(_ ids: [String]) throws(CommandError) -> Int {
    try query(
      """
      SELECT count(*) FROM unnest($1::text[]) AS id WHERE NOT EXISTS (
        SELECT FROM posting_searches
        WHERE posting_id = id AND gone_at IS NULL AND NOT left_out AND search <> ALL ($2::text[]))
      """, [.textArray(ids), .textArray((runs.first?.summary.searches ?? []).map(\.search))])
  }

  private func query(_ sql: String, _ values: [PostgresValue] = []) throws(CommandError) -> Int {
    try state.query(sql, values, of: "postings") { try $0.row { try $0.int() } }
  }
}
