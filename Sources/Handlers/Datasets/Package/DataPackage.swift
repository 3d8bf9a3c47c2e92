internal import JSON
public import LambdaRuntime

/// The datasets that can be loaded and read, as declared in a Frictionless Data Package.
///
/// The format is that of <https://specs.frictionlessdata.io/data-package/> with Table Schema and
/// CSV Dialect; our own keys are under `sluice` in a resource.
public struct DataPackage: Sendable {
  package let datasets: [Dataset]

  /// Reads a descriptor.
  ///
  /// - Throws: ``DataPackageFault`` naming the resource, the field and the rule.
  public init(json: [UInt8]) throws(DataPackageFault) {
    let descriptor: JSONValue
    do {
      descriptor = try JSON.decode(JSONValue.self, from: json)
    } catch {
      throw DataPackageFault("is not a readable descriptor: \(error)")
    }
    // The specification allows any keys in the package and in a resource, so unknown ones are
    // ignored there.
    var package = try DescriptorObject(descriptor, "the descriptor")
    let missingValues = try package.strings("missingValues") ?? [""]
    var datasets: [Dataset] = []
    var foreignKeys: [[ForeignKeyReader]] = []
    for resource in try package.objects("resources", "the resource") ?? [] {
      var reader = try DatasetReader(resource)
      let (dataset, keys) = try reader.dataset(missingValues: missingValues)
      if datasets.contains(where: { $0.name == dataset.name || $0.table == dataset.table }) {
        throw DataPackageFault(resource: dataset.name, "its name or table is declared twice")
      }
      datasets.append(dataset)
      foreignKeys.append(keys)
    }
    guard !datasets.isEmpty else {
      throw DataPackageFault("has no resource; expected at least one")
    }
    for (index, keys) in foreignKeys.enumerated() {
      for key in keys {
        let foreignKey = try key.key(of: datasets[index], among: datasets)
        datasets[index].foreignKeys.append(foreignKey)
      }
    }
    self.datasets = datasets
  }

  /// Reads the Data Package that the process is configured with.
  ///
  /// Its path is `SLUICE_DATAPACKAGE`, otherwise `datapackage.json` next to `bootstrap`.
  ///
  /// - Throws: ``DataPackageFault``, also if the file does not exist.
  public init(variables: EnvironmentVariables) throws(DataPackageFault) {
    let file = BundledFile.descriptor(variables)
    let contents: [UInt8]?
    do throws(BundledFileFault) {
      contents = try file.contents()
    } catch {
      throw DataPackageFault(error.description)
    }
    guard let contents else {
      throw DataPackageFault(
        "there is none at \(file.path); set SLUICE_DATAPACKAGE to a datapackage.json")
    }
    try self.init(json: contents)
  }

  /// Finds an object's dataset by the prefix of its key, otherwise by the file's name.
  package func dataset(forKey key: String) -> Dataset? {
    func length(_ dataset: Dataset) -> Int { dataset.prefix?.utf8.count ?? 0 }
    let byPrefix = datasets.filter { $0.prefix.map { key.utf8.starts(with: $0.utf8) } ?? false }
    if let longest = byPrefix.max(by: { length($0) < length($1) }) { return longest }
    let file = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let stem = file.split(separator: ".").first ?? ""
    return datasets.first { $0.name == stem }
  }

  /// Finds a local file's dataset by the file's name, also in the form that `sluice infer` gives
  /// it.
  package func dataset(forFile path: String) -> Dataset? {
    let file = path.split(separator: "/").last ?? ""
    let stem = file.split(separator: ".").first ?? ""
    return datasets.first { $0.name == stem }
      ?? datasets.first { $0.name == CleanName.dataset(of: String(stem)) }
  }

  /// Finds a dataset by the name of its table or by its own.
  package func dataset(named name: String) -> Dataset? {
    datasets.first { $0.table == name } ?? datasets.first { $0.name == name }
  }

  /// The names of all datasets, for messages.
  package var names: String { datasets.map(\.name).joined(separator: ", ") }

  /// A dataset, followed by those whose records may be waiting for its rows, directly or
  /// indirectly.
  package func family(of dataset: Dataset) -> [Dataset] {
    var family = [dataset]
    var next = 0
    while next < family.count {
      let parent = family[next].table
      family += datasets.filter { child in
        child.foreignKeys.contains { $0.table == parent }
          && !family.contains { $0.table == child.table }
      }
      next += 1
    }
    return family
  }
}

/// An invalid Data Package, reported with resource, field and rule.
public struct DataPackageFault: FunctionError, Equatable {
  /// The resource at fault; nil if it is the descriptor as a whole.
  public let resource: String?
  /// The field or column at fault, if any.
  public let field: String?
  /// What is wrong, and what was expected.
  public let rule: String

  package init(resource: String? = nil, field: String? = nil, _ rule: String) {
    self.resource = resource
    self.field = field
    self.rule = rule
  }

  /// The stable name of the error.
  public var errorType: String { "InvalidDataPackage" }

  /// One sentence that names the place and the rule.
  public var message: String {
    var place = "Data Package"
    if let resource { place += ", resource \"\(resource)\"" }
    if let field { place += ", field \"\(field)\"" }
    return "\(place): \(rule)"
  }
}
