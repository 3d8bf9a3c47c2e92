internal import JSON
internal import System

/// A page as work to do: each posting once, and apart from what cannot be read.
struct PageWork {
  /// A posting that may have to be written.
  struct Item {
    let id: String
    let contentHash: [UInt8]
    let document: [UInt8]
    let places: ArraySlice<Int32>
    /// The bytes of the answer that are the posting.
    let source: Range<Int>
  }

  private(set) var items: [Item] = []
  private(set) var rejects: [PostingReject]
  /// Postings that the page holds a second time.
  private(set) var duplicates = 0

  init(_ page: PostingPage, _ bytes: Span<UInt8>, _ rejects: [PostingReject]) {
    self.rejects = rejects
    var seen: Set<String> = []
    for item in page.items {
      let source = bytes.extracting(item.source)
      guard item.fault == nil, let id = item.id else {
        let fault = item.fault ?? JSONError(code: .missing, path: "", expected: "a posting")
        self.rejects.append(PostingReject(fault, id: item.id, document: source))
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

  /// Reads the postings that are not known as they are; those that cannot be read become rejects.
  mutating func takeChanged(
    except unchanged: Set<String>, _ bytes: Span<UInt8>
  ) -> [(item: Item, posting: Posting)] {
    var changed: [(item: Item, posting: Posting)] = []
    items.removeAll { item in
      guard !unchanged.contains(item.id) else { return false }
      do throws(JSONError) {
        changed.append((item, try JSON.decode(Posting.self, from: item.document)))
        return false
      } catch {
        rejects.append(
          PostingReject(error, id: item.id, document: bytes.extracting(item.source)))
        return true
      }
    }
    return changed
  }

  /// Makes rejects of postings that the database refused.
  mutating func reject(_ refusals: [String: String], _ bytes: Span<UInt8>) {
    items.removeAll { item in
      guard let reason = refusals[item.id] else { return false }
      rejects.append(
        PostingReject(
          id: item.id, code: "database", reason: "PostgreSQL does not take the document: \(reason)",
          document: String(decoding: bytes.extracting(item.source).copied, as: UTF8.self)))
      return true
    }
  }
}
