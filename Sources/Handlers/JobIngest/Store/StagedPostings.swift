internal import Datasets

/// Postings in COPY's binary form, ready to be staged as often as it takes.
struct StagedPostings: ~Copyable {
  private var rows = RowBuffer()
  private(set) var count = 0

  init() {
    rows.appendHeader()
  }

  mutating func append(_ item: PageWork.Item, _ posting: Posting, places: [Int32]) {
    PostingRow.append(
      posting, id: item.id, places: places, document: item.document,
      contentHash: item.contentHash, to: &rows)
    count += 1
  }

  mutating func finish() {
    rows.appendTrailer()
  }

  func withRows<E: Error>(_ body: (Span<UInt8>) throws(E) -> Void) throws(E) {
    try rows.withBytes(body)
  }
}
