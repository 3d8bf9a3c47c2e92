internal import JSON
package import LambdaRuntime

/// The input of a schedule, or of a manual invocation: which searches to run.
///
/// `{}` runs every saved search, `{"search": "NAME"}` runs one of them, and an object of search
/// parameters runs that search.
public struct IngestRequest: Decodable, Sendable, Equatable {
  private enum Wish: Equatable {
    case everySavedSearch
    case savedSearch(String)
    case search(JobSearch)
  }

  private let wish: Wish

  /// Decodes any of the forms.
  public init(from decoder: any Decoder) throws {
    // A null parameter counts as absent.
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

  /// The searches to run.
  ///
  /// - Throws: An error that lists the saved searches, if the request names an unknown one or uses a
  ///   saved name for another search: each of the two would close the other's postings.
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
