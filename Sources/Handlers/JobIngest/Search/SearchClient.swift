package import HTTP
package import LambdaRuntime
internal import System

/// Requests the pages of searches from USAJOBS, one at a time and with pauses.
package struct SearchClient: ~Copyable {
  private static let pageSizes = 1...500

  private let settings: SearchSettings
  private let requestTimeout: Duration
  private let retries: RetryPolicy
  private let bodyLimit: Int
  private var http: HTTPClient
  // The earliest time of the next request.
  private var nextRequest: Instant?

  /// Makes a client without sending anything.
  ///
  /// The timeout applies to each request; the body limit is in bytes.
  package init(
    _ settings: SearchSettings, requestTimeout: Duration = .seconds(60),
    retries: RetryPolicy = RetryPolicy(
      attempts: 4, baseDelay: .seconds(2), maximumDelay: .seconds(30)),
    bodyLimit: Int = 16 << 20
  ) throws(SettingError) {
    self.settings = settings
    self.requestTimeout = requestTimeout
    self.retries = retries
    self.bodyLimit = bodyLimit
    do throws(HTTPError) {
      http = try HTTPClient(caBundle: settings.caBundle)
    } catch {
      throw SettingError(variable: "CA_BUNDLE", expected: "the path of a PEM file")
    }
  }

  /// Requests a page and reads it.
  ///
  /// Transient faults are retried until the deadline: throttling (after the delay that the service
  /// requests), failures of the service or the network, and bodies that are empty, truncated or not
  /// JSON. If the retries fail, the last fault is thrown.
  ///
  /// Pages are numbered from one and have 1 to 500 postings; other sizes are clamped. The reader is
  /// called once for each attempt that has a body. The last attempt can take until the deadline, so
  /// set it early enough for your own work.
  package mutating func page<Result>(
    _ search: JobSearch, page: Int, size: Int, deadline: Deadline, log: Log,
    read: SearchFault.Reading<Result>
  ) throws(SearchFault) -> Result {
    let request = request(search, page: page, size: size)
    var schedule = RetrySchedule(retries, within: deadline.remaining)
    try keepDistance(within: schedule.remaining)
    while true {
      do throws(SearchFault) {
        return try answer(to: request, within: schedule.remaining, read)
      } catch {
        let wait = max(error.retryAfter ?? .zero, settings.pause)
        guard error.isRetriable, schedule.waitForNextAttempt(retryAfter: wait) else { throw error }
        log.warn(
          "USAJOBS is asked again",
          ["search": .string(search.key), "page": .integer(page), "reason": .string(error.code)])
      }
    }
  }

  private func request(_ search: JobSearch, page: Int, size: Int) -> HTTPRequest {
    let size = min(max(size, Self.pageSizes.lowerBound), Self.pageSizes.upperBound)
    return HTTPRequest(
      url: "\(settings.endpoint)?\(search.query)&Page=\(max(1, page))&ResultsPerPage=\(size)",
      headers: [
        // The service compares it with the address that the key was issued to.
        "User-Agent": settings.email,
        "Authorization-Key": settings.key,
        "Accept": "application/hr+json, application/json",
      ])
  }

  /// Waits until the pause after the previous request is over.
  private func keepDistance(within limit: Duration) throws(SearchFault) {
    guard let nextRequest else { return }
    let wait = Instant.now.duration(to: nextRequest)
    guard wait < limit else { throw .outOfTime }
    if wait > .zero { wait.sleep() }
  }

  private mutating func answer<Result>(
    to request: HTTPRequest, within limit: Duration, _ read: SearchFault.Reading<Result>
  ) throws(SearchFault) -> Result {
    let timeout = min(limit, requestTimeout)
    guard timeout > .zero else { throw .outOfTime }
    let response: HTTPResponse
    do throws(HTTPError) {
      defer { nextRequest = .now + settings.pause }
      response = try http.send(request, timeout: timeout, bodyLimit: bodyLimit)
    } catch {
      throw SearchFault(error, isLast: limit <= requestTimeout, bodyLimit: bodyLimit)
    }
    if let fault = SearchFault(response, hiding: [settings.key, settings.email]) { throw fault }
    return try SearchFault.reading(response.body.span, read)
  }
}

/// The address of the search and the credentials for it.
///
/// Printing or dumping the settings shows neither the key nor its owner's address.
package struct SearchSettings: Sendable {
  let endpoint: String
  let key: String
  let email: String
  /// The time between an answer and the next request.
  let pause: Duration
  let caBundle: String?

  /// Reads `USAJOBS_API_KEY`, `USAJOBS_EMAIL`, `USAJOBS_ENDPOINT`, `USAJOBS_PAUSE_MS` and
  /// `CA_BUNDLE`.
  package init(variables: EnvironmentVariables) throws(SettingError) {
    key = try Self.header(
      variables["USAJOBS_API_KEY"], "USAJOBS_API_KEY",
      "the key that developer.usajobs.gov gave, without spaces or line ends"
    ) { !$0.isEmpty }
    email = try Self.header(
      variables["USAJOBS_EMAIL"], "USAJOBS_EMAIL",
      "the email address that the key was requested with, and nothing else", Self.isEmail)
    endpoint = variables["USAJOBS_ENDPOINT"] ?? "https://data.usajobs.gov/api/search"
    guard Self.isAddress(endpoint) else {
      throw SettingError(
        variable: "USAJOBS_ENDPOINT",
        expected: "an http or https address without a user or a query, such as "
          + "https://data.usajobs.gov/api/search")
    }
    let milliseconds = variables["USAJOBS_PAUSE_MS"] ?? "500"
    guard let pause = Int(milliseconds), (0...60_000).contains(pause) else {
      throw SettingError(
        variable: "USAJOBS_PAUSE_MS", expected: "a whole number of milliseconds from 0 to 60000")
    }
    self.pause = .milliseconds(pause)
    caBundle = variables["CA_BUNDLE"]
  }

  private static func header(
    _ value: String?, _ name: String, _ expected: String, _ isRight: (Substring.UTF8View) -> Bool
  ) throws(SettingError) -> String {
    guard let value, isVisible(value), isRight(value[...].utf8) else {
      throw SettingError(variable: name, expected: expected)
    }
    return value
  }

  private static func isVisible(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  private static func isEmail(_ text: Substring.UTF8View) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
  }

  private static func isAddress(_ text: String) -> Bool {
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme, isVisible(text) else { return false }
    let rest = text.dropFirst(scheme.utf8.count)
    return rest.first.map { $0 != "/" && $0 != ":" } ?? false
      && !rest.contains { "@?#".contains($0) }
  }
}

extension SearchSettings: CustomStringConvertible, CustomReflectable {
  /// The endpoint alone.
  package var description: String { "SearchSettings(\(endpoint))" }
  /// The endpoint alone.
  package var customMirror: Mirror {
    Mirror(self, children: ["endpoint": endpoint], displayStyle: .struct)
  }
}
