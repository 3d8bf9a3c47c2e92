internal import JSON
package import LambdaRuntime

/// What the input of a schedule, or of an invocation by hand, asks `job-ingest` for.
///
/// `{}` asks for every saved search, `{"search": "NAME"}` for one of them, and an object of search
/// parameters for just that search.
public struct IngestRequest: Decodable, Sendable, Equatable {
  private enum Wish: Equatable {
    case everySavedSearch
    case savedSearch(String)
    case search(JobSearch)
  }

  private let wish: Wish

  /// Decodes any of the forms.
  public init(from decoder: any Decoder) throws {
    // A parameter that is null is as good as none.
    let members = try [String: JSONValue](from: decoder)
      .filter { $0.value != .null || $0.key == "search" }
    if members.isEmpty {
      wish = .everySavedSearch
    } else if let search = members["search"] {
      guard case .string(let name) = search, members.count == 1 else {
        throw JSONError(
          code: .rejected, path: decoder.codingPath,
          expected: "the name of a saved search under \"search\" and nothing else, "
            + "or the parameters of a search")
      }
      wish = .savedSearch(name)
    } else {
      wish = .search(try JobSearch(members: members, at: decoder.codingPath))
    }
  }

  /// The searches it asks for.
  ///
  /// - Throws: An error that lists the saved searches when it names none of them, or when a search
  ///   of its own takes the name of one: the postings of both would be closed in turn.
  package func searches(_ saved: SavedSearches) throws(InvalidEvent) -> [JobSearch] {
    let names = saved.searches.compactMap(\.name).joined(separator: ", ")
    switch wish {
    case .everySavedSearch:
      return saved.searches
    case .savedSearch(let name):
      guard let search = saved[name] else {
        throw InvalidEvent("\"search\" should be the name of a saved search: \(names)")
      }
      return [search]
    case .search(let search):
      if let name = search.name, let other = saved[name], other != search {
        throw InvalidEvent("\"name\" should not be that of a saved search: \(names)")
      }
      return [search]
    }
  }
}
