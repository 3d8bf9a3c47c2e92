import Glibc
import HTTP
import JSON
import Synchronization

/// A stub of the USAJOBS Search API over invented postings, with faults to order.
///
/// `GET /api/search` answers as the service does; what is below `/stub/` is ours:
/// `POST /stub/change`, `POST` and `DELETE /stub/fault`, `GET` and `DELETE /stub/log`.
final class USAJOBSStub: Sendable {
  private struct State {
    var postings: StubPostings
    var listings: [String: Listing] = [:]
    var faults = StubFaults()
    var log = StubLog()
  }

  /// What a search finds, kept while its pages are read.
  private struct Listing {
    var order: [Int]
    let version: Int
    /// Holds a posting twice, as a list that grew while it was read does.
    var isShifted = false
  }

  private let options: StubOptions
  private let state: Mutex<State>
  private let stopping: Wakeup

  init(_ options: StubOptions) throws(CommandError) {
    self.options = options
    state = Mutex(State(postings: StubPostings(options)))
    stopping = try Wakeup()
  }

  /// Ends the answers that wait.
  func stop() { stopping.set() }

  func answer(_ request: ServerRequest) -> ServerResponse {
    switch (request.method, request.path.lowercased()) {
    case ("GET", "/api/search"):
      return search(request)
    case ("POST", "/stub/change"):
      return order(StubChange.self, request) { state, change in
        (try? JSON.encode(state.postings.change(change))) ?? []
      }
    case ("POST", "/stub/fault"):
      return order(StubFault.self, request) { state, fault in
        state.faults.add(fault)
        return Array(#"{"waiting":\#(state.faults.count)}"#.utf8)
      }
    case ("DELETE", "/stub/fault"):
      state.withLock { $0.faults.clear() }
      return ServerResponse(204)
    case ("GET", "/stub/log"):
      return .json(200, state.withLock { $0.log.json() })
    case ("DELETE", "/stub/log"):
      state.withLock { $0.log.clear() }
      return ServerResponse(204)
    case (_, "/api/search"):
      return StubProblem.response(405, "Method Not Allowed")
    default:
      return StubProblem.response(404, "Not Found")
    }
  }

  private func order<Order: StubOrder>(
    _ type: Order.Type, _ request: ServerRequest,
    _ carryOut: (inout State, Order) -> [UInt8]
  ) -> ServerResponse {
    let order: Order
    do throws(JSONError) {
      order = try JSON.decode(type, from: request.body)
    } catch {
      return StubProblem.response(400, "\(error)")
    }
    if let flaw = order.flaw { return StubProblem.response(400, flaw) }
    return .json(200, state.withLock { carryOut(&$0, order) })
  }

  private func search(_ request: ServerRequest) -> ServerResponse {
    let query = StubQuery(request)
    var fault: StubFault?
    var answer: ServerResponse
    if StubProblem.isAuthorized(request) {
      (answer, fault) = state.withLock { state in
        let fault = state.faults.next(forPage: query.page)
        return (Self.page(query, fault, &state), fault)
      }
    } else {
      answer = StubProblem.response(401, "Unauthorized")
    }
    pause(fault)
    if let fault { answer = spoilt(answer, fault, request) }
    state.withLock { state in
      state.log.add(
        StubLog.Entry(
          method: request.method, path: request.path, query: request.query,
          headers: request.headers, status: answer.status, fault: fault?.kind))
    }
    return answer
  }

  private func pause(_ fault: StubFault?) {
    var milliseconds = options.latencyMilliseconds
    if let fault, fault.kind == .slow { milliseconds += fault.milliseconds ?? 1000 }
    if milliseconds > 0 { _ = stopping.wait(atMost: .milliseconds(milliseconds)) }
  }

  private static func page(
    _ query: StubQuery, _ fault: StubFault?, _ state: inout State
  ) -> ServerResponse {
    let start = (query.page - 1).multipliedReportingOverflow(by: query.pageSize)
    let first = start.overflow ? Int.max : start.partialValue
    if fault?.kind == .shrink, let gone = listing(query, &state).order.first {
      state.postings.drop(at: gone)
    }
    var listing = listing(query, &state)
    if fault?.kind == .duplicate, first > 0, first <= listing.order.count {
      listing.order.insert(listing.order[first - 1], at: first)
      listing.isShifted = true
      state.listings[query.identity] = listing
    }
    let order = listing.order.prefix(StubPage.cap)
    let onPage = order.dropFirst(first).prefix(query.pageSize)
    var items = onPage.map { state.postings.item($0, isMinimal: query.isMinimal) }
    if fault?.kind == .oneBad, let middle = onPage.dropFirst(onPage.count / 2).first {
      items[onPage.count / 2] = state.postings.item(
        middle, isMinimal: query.isMinimal, broken: fault?.breakage ?? .title)
    }
    var answer = ServerResponse(
      200, headers: ["Content-Type": "application/hr+json; charset=utf-8"])
    answer.pieces = StubPage.body(items: items, total: order.count, query: query)
    return answer
  }

  private static func listing(_ query: StubQuery, _ state: inout State) -> Listing {
    let identity = query.identity
    if let known = state.listings[identity], known.version == state.postings.version,
      !(known.isShifted && query.page == 1)
    {
      return known
    }
    // Searches that nobody reads any more.
    if state.listings.count > 100 { state.listings = [:] }
    let found = StubFilter(query: query, postings: state.postings).found()
    let listing = Listing(order: found, version: state.postings.version)
    state.listings[identity] = listing
    return listing
  }

  /// The answer with its fault, where the fault is not in the postings.
  private func spoilt(
    _ answer: ServerResponse, _ fault: StubFault, _ request: ServerRequest
  ) -> ServerResponse {
    switch fault.kind {
    case .slow, .oneBad, .duplicate, .shrink:
      return answer
    case .status:
      var problem = StubProblem.response(fault.status ?? 503, "Ordered")
      if let wait = fault.retryAfter { problem.headers.append("Retry-After", wait) }
      return problem
    case .html:
      let page = "<!DOCTYPE html>\n<html><body><h1>We will be right back</h1></body></html>\n"
      return ServerResponse(
        200, headers: ["Content-Type": "text/html; charset=utf-8"], body: Array(page.utf8))
    case .truncated:
      let whole = answer.pieces.flatMap(\.bytes)
      return ServerResponse(
        200, headers: answer.headers, body: Array(whole.prefix(whole.count / 2)))
    case .empty:
      return ServerResponse(200, headers: answer.headers)
    case .hang:
      _ = waitForAny([.hangUp(request.socket), .input(stopping.descriptor)])
      return .noAnswer
    case .close:
      if let count = fault.after { sendBeginning(of: answer, count, to: request.socket) }
      return .noAnswer
    }
  }

  /// Sends an answer's head and the first bytes of its body past the server, which then closes.
  private func sendBeginning(of answer: ServerResponse, _ count: Int, to socket: Int32) {
    let body = answer.pieces.flatMap(\.bytes)
    let head =
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n"
      + answer.headers.fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
    var rest = Array(head.utf8)[...] + body.prefix(count)
    while !rest.isEmpty {
      let sent = unsafe rest.withUnsafeBytes { bytes in
        unsafe send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      if sent < 0 && errno == EINTR { continue }
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
  }
}
