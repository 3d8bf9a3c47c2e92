internal import JSON

/// One page of a search's answer, read as far as to tell which of its postings are known already.
struct PostingPage {
  /// One posting: its identity, and where the rest of it stands.
  struct Item {
    /// `MatchedObjectId`; nil when it cannot be read.
    let id: String?
    /// SHA-256 of the document and the set of places, whatever the order of the latter.
    let contentHash: [UInt8]
    /// The bytes of the answer that are the posting.
    let source: Range<Int>
    /// The bytes of `documents` that are the posting without its places.
    let document: Range<Int>
    /// The elements of `places` that are the posting's.
    let places: Range<Int>
    /// Why the posting cannot be read.
    let fault: JSONError?
  }

  /// `SearchResultCountAll`: how many postings the search has in all.
  var total = 0
  var items: [Item] = []
  /// The documents of all items, one after another.
  var documents: [UInt8] = []
  /// Positions in the directory of places, each once an item.
  var places: [Int32] = []
}
