internal import Datasets
internal import JSON
package import LambdaRuntime

/// The searches that a deployment runs, from the `searches.json` next to its Data Package.
package struct SavedSearches: Sendable, Equatable {
  /// The searches in the order of the file.
  package let searches: [JobSearch]

  /// Reads the file; without a file, ``JobSearch/standard`` is the only search.
  ///
  /// - Throws: A fault that names the search and the key.
  package init(variables: EnvironmentVariables) throws(SavedSearchesFault) {
    let file = BundledFile.descriptor(variables).sibling("searches.json")
    let contents: [UInt8]?
    do throws(BundledFileFault) {
      contents = try file.contents()
    } catch {
      throw SavedSearchesFault(search: nil, rule: error.description)
    }
    guard let contents else {
      self.init(searches: [.standard])
      return
    }
    try self.init(json: contents)
  }

  private init(searches: [JobSearch]) { self.searches = searches }

  /// Reads the text of such a file: an array of searches with unique names.
  package init(json: [UInt8]) throws(SavedSearchesFault) {
    let values = try Self.objects(json)
    guard !values.isEmpty else {
      throw SavedSearchesFault(search: nil, rule: "there should be at least one search")
    }
    var searches: [JobSearch] = []
    for (index, value) in values.enumerated() {
      let place = value[SearchReader.nameKey]?.string.map { "\"\($0)\"" } ?? "\(index + 1)"
      let search = try Self.search(value, place)
      guard !searches.contains(where: { $0.name == search.name }) else {
        throw SavedSearchesFault(search: place, rule: "the name is another search's already")
      }
      searches.append(search)
    }
    self.init(searches: searches)
  }

  /// The search of that name.
  package subscript(name: String) -> JobSearch? { searches.first { $0.name == name } }

  private static func objects(_ json: [UInt8]) throws(SavedSearchesFault) -> [JSONValue] {
    try explained(nil) { () throws(JSONError) in
      guard case .array(let values) = try JSON.decode(JSONValue.self, from: json) else {
        throw JSONError(code: .mismatch, path: "", expected: "an array")
      }
      return values
    }
  }

  private static func search(
    _ value: JSONValue, _ place: String
  ) throws(SavedSearchesFault) -> JobSearch {
    guard case .object(let members) = value, members[SearchReader.nameKey] != nil else {
      throw SavedSearchesFault(search: place, rule: "it should be an object with a \"name\"")
    }
    return try explained(place) { () throws(JSONError) in try JobSearch(members: members) }
  }

  private static func explained<R>(
    _ place: String?, _ body: () throws(JSONError) -> R
  ) throws(SavedSearchesFault) -> R {
    do { return try body() } catch {
      throw SavedSearchesFault(search: place, rule: "\(error)")
    }
  }
}

/// A fault in `searches.json`, with the search and the key.
package struct SavedSearchesFault: FunctionError, Equatable {
  /// The search at fault, by name or position; nil if the whole file is at fault.
  package let search: String?
  /// What is wrong and what was expected.
  package let rule: String

  /// The stable name of the error.
  package var errorType: String { "InvalidSearches" }

  /// One sentence that names the place and the rule.
  package var message: String {
    "searches.json" + (search.map { ", search \($0)" } ?? "") + ": \(rule)"
  }
}
