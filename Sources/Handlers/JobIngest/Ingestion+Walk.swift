internal import JSON
internal import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

extension Ingestion {
  /// How often a page is written if the database becomes unavailable.
  private static var writeAttempts: Int { 4 }
  /// How often all pages are read if postings move between them.
  private static var passLimit: Int { 3 }
  /// The service returns no more postings than this for any search.
  private static var serviceLimit: Int { 10_000 }

  /// Reads pages until every posting has been seen, and returns how that ended.
  mutating func walk(
    _ run: inout IngestRun, _ search: JobSearch, _ context: InvocationContext,
    _ onProgress: (IngestProgress) -> Void
  ) throws -> IngestRun.Ending {
    // A page is only started if there is time to finish it.
    var slowestPage = Duration.zero
    while true {
      guard !context.isShuttingDown, context.deadline.remaining > slowestPage * 2 + .seconds(3)
      else {
        return IngestRun.Ending(
          status: .partial, reason: "the time ran out; the next run goes on from here",
          canGoOn: true)
      }
      let start = Instant.now
      let isEnd: Bool
      do {
        isEnd = try takePage(&run, search, context)
      } catch let fault as SearchFault {
        let canGoOn = fault.isRetriable || fault == .outOfTime
        return IngestRun.Ending(
          status: canGoOn ? .partial : .failed, reason: fault.message, canGoOn: canGoOn)
      }
      slowestPage = max(slowestPage, .now - start)
      onProgress(IngestProgress(search: run.searchKey, total: run.total, counts: run.counts))
      guard isEnd else { continue }
      if run.isTruncated {
        return IngestRun.Ending(
          status: .complete,
          reason: "the search has more than the \(Self.serviceLimit) postings that the service "
            + "shows; none was closed")
      }
      if run.checkpoint.passIsWhole { return IngestRun.Ending(status: .complete) }
      guard run.checkpoint.pass < Self.passLimit else {
        return IngestRun.Ending(
          status: .partial, reason: "the postings kept moving between the pages; none was closed")
      }
      run.checkpoint = IngestRun.Checkpoint(
        pageSize: run.checkpoint.pageSize, pass: run.checkpoint.pass + 1)
    }
  }

  /// Reads and writes the next page, and returns whether it was the last of its pass.
  private mutating func takePage(
    _ run: inout IngestRun, _ search: JobSearch, _ context: InvocationContext
  ) throws -> Bool {
    let size = SearchPageSize(run.checkpoint.pageSize)
    let number = run.checkpoint.offset / size.count + 1
    let page: SearchPage
    do throws(SearchFault) {
      page = try fetch(search, context, page: number, size: size.count)
    } catch {
      guard case .tooLarge(let limit) = error else { throw error }
      return try shrink(&run, limit, search, context)
    }
    let first = (number - 1) * size.count
    var next = run.checkpoint
    next.offset = first + size.count
    let visible = min(page.total, Self.serviceLimit)
    let expected = min(size.count, max(0, visible - first))
    let isSteady = next.passTotal == nil || next.passTotal == page.total
    next.passIsWhole = next.passIsWhole && isSteady && page.items.count >= expected
    next.passTotal = page.total
    next.pageSize = size.next(bytes: page.text.count, items: page.items.count, at: next.offset)
    run.isTruncated = run.isTruncated || page.total >= Self.serviceLimit
    run.total = page.total
    try write(page, &run, next, search, context)
    return page.items.isEmpty || next.offset >= visible
  }

  private mutating func fetch(
    _ search: JobSearch, _ context: InvocationContext, page number: Int, size: Int
  ) throws(SearchFault) -> SearchPage {
    // The rest of the time is for writing the page and ending the run.
    let deadline = Deadline.after(context.deadline.remaining - .seconds(2))
    return try client.page(
      search, page: number, size: size, deadline: deadline, log: context.log
    ) { (bytes) throws(JSONError) in try reader.read(bytes) }
  }

  /// Continues with smaller pages; a single posting that is too large is rejected.
  private mutating func shrink(
    _ run: inout IngestRun, _ limit: Int, _ search: JobSearch, _ context: InvocationContext
  ) throws -> Bool {
    var next = run.checkpoint
    guard next.pageSize == 1 else {
      run.checkpoint.pageSize /= 2
      return false
    }
    next.offset += 1
    var page = SearchPage()
    page.rejects = [
      PostingReject(
        id: nil, code: "too-large",
        reason: "posting \(next.offset) of the search has more than \(limit) bytes",
        document: "posting \(next.offset)")
    ]
    try write(page, &run, next, search, context)
    // The number of postings is unknown until a page of this pass has been read.
    return next.offset >= min(next.passTotal ?? Self.serviceLimit, Self.serviceLimit)
  }

  /// Writes a page, and retries if the database is unavailable; writing it twice is harmless.
  private mutating func write(
    _ page: SearchPage, _ run: inout IngestRun, _ next: IngestRun.Checkpoint, _ search: JobSearch,
    _ context: InvocationContext
  ) throws {
    let store = SearchPageStore(
      minimumAnnualPay: search.minimumAnnualPay.map { "\($0)" }, lease: Self.lease(context))
    let before = run
    var attempt = 1
    while true {
      do {
        run = try database.write(context: context) { connection in
          try store.save(
            page, of: before, next: next, &reader.directory, &connection)
        }
        return
      } catch let error as PostgresError where error.isTransient || error.isConnectionLoss {
        let wait = Duration.seconds(1 << attempt)
        guard attempt < Self.writeAttempts, context.deadline.remaining > wait + .seconds(3) else {
          throw error
        }
        context.log.warn(
          "The database is away; the page is written again", ["reason": .string("\(error)")])
        wait.sleep()
        attempt += 1
      }
    }
  }
}

/// How many postings a request asks for.
///
/// A posting has 5 to 250 kB, so the size follows the bytes of earlier pages; memory stays bounded.
struct SearchPageSize: Equatable {
  /// The target size of a page in bytes.
  private static let targetBytes = 6 << 20
  private static let largest = 500

  let count: Int

  /// The size of the first page.
  static let first = SearchPageSize(25)

  init(_ count: Int) { self.count = count }

  /// The size of the next page, which starts after `offset` postings.
  ///
  /// It only halves or doubles, and doubles only if the page then starts at the same posting.
  func next(bytes: Int, items: Int, at offset: Int) -> Int {
    if bytes > 2 * Self.targetBytes { return max(1, count / 2) }
    let isRoomy = items == count && 2 * bytes <= Self.targetBytes
    guard isRoomy, 2 * count <= Self.largest, offset % (2 * count) == 0 else { return count }
    return 2 * count
  }
}
