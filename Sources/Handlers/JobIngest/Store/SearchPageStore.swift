internal import AWS
internal import JSON
internal import Postgres
internal import System

/// Writes one page of a run, with the run's checkpoint, in one transaction.
///
/// A run that is killed resumes after the last page written, and a page written twice counts once.
struct SearchPageStore {
  let minimumAnnualPay: String?
  /// How long the run remains ours after this page.
  let lease: Duration

  /// Writes the page and returns the updated run, which continues at `next`.
  func save(
    _ page: SearchPage, of run: IngestRun, next: IngestRun.Checkpoint,
    _ directory: inout PlaceDirectory, _ connection: inout PostgresConnection
  ) throws -> IngestRun {
    var work = SearchPageWork(page)
    let unchanged = try PostingStore.unchanged(
      work.items, minimumAnnualPay: minimumAnnualPay, &connection)
    var changed = work.takeChanged(except: unchanged)
    try PostingStore.savePlaces(changed.flatMap { $0.item.places }, &directory, &connection)
    var run = run
    run.checkpoint = next
    do {
      return try write(work, changed, run, directory, &connection)
    } catch let error as PostgresError where error.isDataException {
      let refusals = try refusals(of: changed.map(\.item), &connection)
      guard !refusals.isEmpty else { throw error }
      work.reject(refusals)
      changed.removeAll { refusals[$0.item.id] != nil }
      return try write(work, changed, run, directory, &connection)
    }
  }

  private func write(
    _ work: SearchPageWork, _ changed: [(item: SearchPageWork.Item, posting: Posting)],
    _ run: IngestRun,
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
      // Postings that this run has seen before were counted then.
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

  /// Finds the documents that the server does not accept as `jsonb`, with the reason, by id.
  ///
  /// Some valid JSON is not accepted: NUL characters, and numbers out of its range.
  private func refusals(
    of items: [SearchPageWork.Item], _ connection: inout PostgresConnection
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
  /// Whether the server rejected a value, whatever the statement.
  fileprivate var isDataException: Bool {
    sqlState?.classCode == "22" || sqlState?.classCode == "54"
  }
}

/// The postings of a page, each once, separated from those that cannot be read.
struct SearchPageWork {
  /// A posting to write unless the database already holds it.
  struct Item {
    let id: String
    let contentHash: [UInt8]
    let document: [UInt8]
    let places: ArraySlice<Int32>
    /// The bytes of the answer that hold the posting.
    let source: Range<Int>
  }

  private(set) var items: [Item] = []
  private(set) var rejects: [PostingReject]
  /// Postings that the page repeats.
  private(set) var duplicates = 0
  private let text: [UInt8]

  init(_ page: SearchPage) {
    text = page.text
    rejects = page.rejects
    var seen: Set<String> = []
    for item in page.items {
      guard item.fault == nil, let id = item.id else {
        let fault = item.fault ?? JSONError(code: .missing, path: "", expected: "a posting")
        rejects.append(PostingReject(fault, id: item.id, document: document(item.source)))
        continue
      }
      guard seen.insert(id).inserted else {
        duplicates += 1
        continue
      }
      items.append(
        Item(
          id: id, contentHash: item.contentHash, document: Array(page.documents[item.document]),
          places: page.places[item.places], source: item.source))
    }
  }

  private func document(_ source: Range<Int>) -> String {
    String(decoding: text[source], as: UTF8.self)
  }

  /// Decodes the postings that are new or changed, and rejects those that cannot be decoded.
  mutating func takeChanged(except unchanged: Set<String>) -> [(item: Item, posting: Posting)] {
    var changed: [(item: Item, posting: Posting)] = []
    for item in items where !unchanged.contains(item.id) {
      do throws(JSONError) {
        changed.append((item, try JSON.decode(Posting.self, from: item.document)))
      } catch {
        reject(item, PostingReject(error, id: item.id, document: document(item.source)))
      }
    }
    return changed
  }

  /// Rejects postings that the database refused.
  mutating func reject(_ refusals: [String: String]) {
    for item in items {
      guard let reason = refusals[item.id] else { continue }
      reject(
        item,
        PostingReject(
          id: item.id, code: "database", reason: "PostgreSQL does not take the document: \(reason)",
          document: document(item.source)))
    }
  }

  private mutating func reject(_ item: Item, _ reject: PostingReject) {
    items.removeAll { $0.id == item.id }
    rejects.append(reject)
  }
}

/// A posting that could not be read: its text and the reason.
struct PostingReject: Sendable {
  let id: String?
  let code: String
  /// What is wrong and where; contains no value of the posting.
  let reason: String
  let document: String

  init(id: String?, code: String, reason: String, document: String) {
    self.id = id
    self.code = code
    self.reason = reason
    self.document = document
  }

  init(_ fault: JSONError, id: String?, document: String) {
    let code =
      switch fault.code {
      case .missing, .null: "missing"
      case .mismatch: "type"
      case .rejected, .malformed, .unencodable: "value"
      }
    self.init(id: id, code: code, reason: "\(fault)", document: document)
  }

  /// Identifies a reject that is repeated in the same run.
  var fingerprint: [UInt8] { Digest.sha256(Array(document.utf8)) }
}
