internal import Datasets
internal import JSON
package import LambdaRuntime

/// The searches that a deployment repeats, from the `searches.json` beside its Data Package.
package struct SavedSearches: Sendable, Equatable {
  /// The searches in the order of the file.
  package let searches: [JobSearch]

  /// Reads the file; without one there is ``JobSearch/standard`` alone.
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

  /// Reads the text of such a file: an array of searches, each with a name of its own.
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
    do throws(JSONError) {
      guard case .array(let values) = try JSON.decode(JSONValue.self, from: json) else {
        throw JSONError(code: .mismatch, path: "", expected: "an array")
      }
      return values
    } catch {
      throw SavedSearchesFault(search: nil, rule: "\(error)")
    }
  }

  private static func search(
    _ value: JSONValue, _ place: String
  ) throws(SavedSearchesFault) -> JobSearch {
    guard case .object(let members) = value, members[SearchReader.nameKey] != nil else {
      throw SavedSearchesFault(search: place, rule: "it should be an object with a \"name\"")
    }
    do throws(JSONError) {
      return try JobSearch(members: members)
    } catch {
      throw SavedSearchesFault(search: place, rule: "\(error)")
    }
  }
}

/// A `searches.json` that cannot be used, told by search and key.
package struct SavedSearchesFault: FunctionError, Equatable {
  /// The search at fault: its name, else its place in the list; nil when the whole file is.
  package let search: String?
  /// What is wrong, and what was expected.
  package let rule: String

  /// The stable name of the error.
  package var errorType: String { "InvalidSearches" }

  /// One sentence that names the place and the rule.
  package var message: String {
    "searches.json" + (search.map { ", search \($0)" } ?? "") + ": \(rule)"
  }
}
