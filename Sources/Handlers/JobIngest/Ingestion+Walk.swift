internal import JSON
internal import LambdaRuntime
internal import Postgres
internal import System
internal import Tables

extension Ingestion {
  /// How often a page is written when the database goes away meanwhile.
  private static var writeAttempts: Int { 4 }
  /// How often all pages are read when postings move between them.
  private static var passLimit: Int { 3 }
  /// More postings than this the service does not show of any search.
  private static var serviceLimit: Int { 10_000 }

  /// Walks over the pages until every posting was seen, and says how that ended.
  mutating func walk(
    _ run: inout IngestRun, _ search: JobSearch, _ context: InvocationContext,
    _ onProgress: (IngestProgress) -> Void
  ) throws -> IngestRun.Ending {
    // No page is begun that may not be ended.
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

  /// Reads and writes the next page, and says whether it was the last of its pass.
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
    // What is left behind the page is for writing it and for ending the run.
    let deadline = Deadline.after(context.deadline.remaining - .seconds(2))
    return try client.page(
      search, page: number, size: size, deadline: deadline, log: context.log
    ) { (bytes) throws(JSONError) in try reader.read(bytes) }
  }

  /// Goes on with smaller pages; a single posting that is too large is rejected.
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
    // Before a page of this pass was read, nobody has said how many postings there are.
    return next.offset >= min(next.passTotal ?? Self.serviceLimit, Self.serviceLimit)
  }

  /// Writes a page; again when the database was away, since that does no more than once.
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

/// How many postings are asked for at once.
///
/// A posting has 5 to 250 kB, so pages are sized by the bytes of those before; memory stays flat.
struct SearchPageSize: Equatable {
  /// Pages of about so many bytes are wanted.
  private static let targetBytes = 6 << 20
  private static let largest = 500

  let count: Int

  /// The size before anything is known.
  static let first = SearchPageSize(25)

  init(_ count: Int) { self.count = count }

  /// The size of the next page, which begins behind so many postings.
  ///
  /// It doubles only where the page then begins at the same posting, and halves.
  func next(bytes: Int, items: Int, at offset: Int) -> Int {
    if bytes > 2 * Self.targetBytes { return max(1, count / 2) }
    let isRoomy = items == count && 2 * bytes <= Self.targetBytes
    guard isRoomy, 2 * count <= Self.largest, offset % (2 * count) == 0 else { return count }
    return 2 * count
  }
}
