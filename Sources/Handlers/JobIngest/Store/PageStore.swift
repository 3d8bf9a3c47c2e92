internal import Postgres

/// Writes one page of a run, with the run's checkpoint, in one transaction.
///
/// So a run that is killed anywhere goes on behind the last page that was written, and a page that
/// is written twice counts once.
struct PageStore {
  let minimumAnnualPay: String?
  /// How long the run stays ours after the page.
  let lease: Duration

  /// Writes the page, read from the bytes, and returns the run as it then is, going on at `next`.
  func save(
    _ page: PostingPage, _ bytes: Span<UInt8>, _ rejects: [PostingReject], of run: IngestRun,
    next: IngestRun.Checkpoint,
    _ directory: inout PlaceDirectory, _ connection: inout PostgresConnection
  ) throws -> IngestRun {
    var work = PageWork(page, bytes, rejects)
    let unchanged = try PostingStore.unchanged(
      work.items, minimumAnnualPay: minimumAnnualPay, &connection)
    var changed = work.takeChanged(except: unchanged, bytes)
    try PlaceStore.save(changed.flatMap { $0.item.places }, &directory, &connection)
    var run = run
    run.checkpoint = next
    do {
      return try write(work, changed, run, directory, &connection)
    } catch let error as PostgresError where error.isDataException {
      let refusals = try refusals(of: changed.map(\.item), &connection)
      guard !refusals.isEmpty else { throw error }
      work.reject(refusals, bytes)
      changed.removeAll { refusals[$0.item.id] != nil }
      return try write(work, changed, run, directory, &connection)
    }
  }

  private func write(
    _ work: PageWork, _ changed: [(item: PageWork.Item, posting: Posting)], _ run: IngestRun,
    _ directory: borrowing PlaceDirectory, _ connection: inout PostgresConnection
  ) throws -> IngestRun {
    var postings = StagedPostings()
    for (item, posting) in changed {
      postings.append(item, posting, places: directory.rows(of: item.places))
    }
    postings.finish()
    let written = Set(changed.map(\.item.id))
    let unchanged = work.items.map(\.id).filter { !written.contains($0) }
    return try connection.transaction(attempts: 3) { connection in
      var counts = IngestCounts()
      try PostingStore.holdOffClosing(&connection)
      var merged = try PostingStore.merge(
        postings, run: run, minimumAnnualPay: minimumAnnualPay, &connection)
      merged.updated.formUnion(try PostingStore.reopen(unchanged, by: run, &connection))
      let leftOut = Set(merged.leftOut)
      let wanted = work.items.map(\.id).filter { !leftOut.contains($0) }
      let seen = try PostingStore.noteSeen(wanted, leftOut: false, by: run, &connection)
      counts.skipped =
        try PostingStore.noteSeen(merged.leftOut, leftOut: true, by: run, &connection).count
      // What the run met before was counted then.
      counts.inserted = seen.count { merged.inserted.contains($0) }
      counts.updated = seen.count { merged.updated.contains($0) }
      counts.unchanged = seen.count - counts.inserted - counts.updated
      counts.rejected = try PostingStore.saveRejects(work.rejects, of: run, &connection)
      counts.found = seen.count + counts.skipped + counts.rejected
      counts.duplicates = work.items.count - seen.count - counts.skipped + work.duplicates
      var next = run
      next.counts = try RunLedger.advance(run, adding: counts, lease: lease, &connection)
      return next
    }
  }

  /// Says which documents the server does not take as `jsonb`, by id, and why.
  ///
  /// It refuses a little that is JSON: NUL characters, and numbers beyond its own.
  private func refusals(
    of items: [PageWork.Item], _ connection: inout PostgresConnection
  ) throws -> [String: String] {
    var refusals: [String: String] = [:]
    for item in items {
      do throws(PostgresError) {
        try connection.run(
          "SELECT $1::jsonb", [.text(String(decoding: item.document, as: UTF8.self))])
      } catch {
        guard error.isDataException else { throw error }
        refusals[item.id] = error.message
      }
    }
    return refusals
  }
}

extension PostgresError {
  /// Whether a value was refused for what it is.
  fileprivate var isDataException: Bool {
    sqlState?.classCode == "22" || sqlState?.classCode == "54"
  }
}
