import HTTP
import JSON
import JobIngest
import LambdaRuntime
import TestSupport

/// A client of the search on a stub of it, and what was logged.
final class SearchRig {
  static let key = "c4n4ry-Key+/="
  static let email = "c4n4ry@example.org"
  /// The least that is a search result to the reader of these tests.
  static let page = HTTPStub.Reply(
    200, [("Content-Type", "application/hr+json; charset=utf-8")],
    body: Array(#"{"SearchResult":7}"#.utf8))

  let stub: HTTPStub
  let capture = LogCapture()
  private var client: SearchClient

  init(
    _ stub: HTTPStub, pause: Int = 0, attempts: Int = 3, requestTimeout: Duration = .seconds(30),
    bodyLimit: Int = 1 << 20
  ) throws {
    self.stub = stub
    let settings = try SearchSettings(
      variables: EnvironmentVariables([
        "USAJOBS_API_KEY": Self.key, "USAJOBS_EMAIL": Self.email,
        "USAJOBS_ENDPOINT": stub.url + "/api/search", "USAJOBS_PAUSE_MS": "\(pause)",
      ]))
    client = try SearchClient(
      settings, requestTimeout: requestTimeout,
      retries: RetryPolicy(
        attempts: attempts, baseDelay: .milliseconds(1), maximumDelay: .milliseconds(5)),
      bodyLimit: bodyLimit)
  }

  /// Asks for a page and returns its number of results, which the reply states.
  func ask(
    _ search: JobSearch = .standard, page: Int = 1, size: Int = 25,
    within limit: Duration = .seconds(30)
  ) throws(SearchFault) -> Int {
    try client.page(
      search, page: page, size: size, deadline: .after(limit), log: capture.log
    ) { bytes throws(JSONError) in
      try JSON.decode(Page.self, from: bytes).SearchResult
    }
  }

  /// The fault of a page that is not to be had.
  func fault(within limit: Duration = .seconds(30)) -> SearchFault? {
    do throws(SearchFault) {
      _ = try ask(within: limit)
      return nil
    } catch {
      return error
    }
  }

  private struct Page: Decodable {
    let SearchResult: Int
  }
}
