import CLI
import HTTP
import JSON
import JobIngest
import LambdaEvents
import LambdaRuntime
import TestSupport

/// `job-ingest` between a stub of USAJOBS and a database of its own.
struct IngestRig: ~Copyable {
  static var isAvailable: Bool { ScratchDatabase.isAvailable }
  static let reason = "set TEST_DATABASE_URL"

  let database: ScratchDatabase
  let stub: StubServer
  /// The variables that the handler has.
  let values: [String: String]
  var handler: JobIngestHandler
  private var client: HTTPClient

  init(
    postings: Int = 60, locations: Int = 5, latencyMilliseconds: Int = 0,
    _ more: [String: String] = [:]
  ) throws {
    var options = StubOptions()
    options.latencyMilliseconds = latencyMilliseconds
    options.postings = postings
    options.locations = locations
    let stub = try StubServer(options)
    let database = try ScratchDatabase()
    let values = [
      "SLUICE_DATAPACKAGE": Checkout.dataPackage, "DATABASE_URL": database.url,
      "USAJOBS_API_KEY": "test-key", "USAJOBS_EMAIL": "tester@example.com",
      "USAJOBS_ENDPOINT": stub.endpoint, "USAJOBS_PAUSE_MS": "0",
    ].merging(more) { $1 }
    let handler = try JobIngestHandler(variables: EnvironmentVariables(values))
    let client = try HTTPClient()
    self.database = database
    self.stub = stub
    self.values = values
    self.handler = handler
    self.client = client
  }

  /// Ingests and gives the answer as Lambda would send it.
  mutating func ingest(
    _ event: String = "{}", within time: Duration = .seconds(60)
  ) throws -> Answer {
    let event = try JSON.decode(ScheduledEvent<IngestRequest>.self, from: Array(event.utf8))
    let context = InvocationContext(requestID: "test", deadline: .after(time))
    let answer = try handler.handle(event, context: context)
    return try JSON.decode(Answer.self, from: JSON.encode(answer))
  }

  /// Orders something of the stub.
  mutating func order(_ path: String, _ body: String) throws {
    let response = try client.send(
      HTTPRequest(method: "POST", url: stub.address + path, body: Array(body.utf8)),
      timeout: .seconds(10))
    guard response.status == 200 else { throw Refused(status: response.status) }
  }

  /// Takes back the faults that are still to come.
  mutating func clearFaults() throws {
    _ = try client.send(
      HTTPRequest(method: "DELETE", url: stub.address + "/stub/fault"), timeout: .seconds(10))
  }

  /// All that stays when times and runs are left out.
  func tables() throws -> [[String]] {
    try database.rows(
      """
      SELECT id, title, minimum_pay::text, closes_on::text, document::text,
        encode(content_hash, 'hex'), (closed_at IS NULL)::text,
        (SELECT string_agg(name || coalesce(longitude::text, ''), ';' ORDER BY name, longitude)
          FROM posting_locations WHERE posting_id = id)
      FROM postings ORDER BY id
      """)
  }

  struct Refused: Error { let status: Int }

  struct Answer: Decodable, Equatable {
    let run: Int?
    let status: String
    let found: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int
    let closed: Int
    let rejected: Int
    let truncated: Bool
    let skipped: Int
    let duplicates: Int
    let report: String?

    /// Found, inserted, updated, unchanged, closed and rejected.
    var figures: [Int] { [found, inserted, updated, unchanged, closed, rejected] }
    var addsUp: Bool { found == inserted + updated + unchanged + rejected + skipped }
  }
}
