internal import JSON

/// The datasets that may be loaded and read, as declared in a Frictionless Data Package.
///
/// The format is that of <https://specs.frictionlessdata.io/data-package/> with Table Schema and CSV
/// Dialect; our own keys stand under `sluice` in a resource.
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
    // The keys of the package and of a resource are free in the specification, so those that are
    // not known are no fault there.
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

  /// Finds the dataset an object belongs to: by the key's prefix, else by the name of the file.
  package func dataset(forKey key: String) -> Dataset? {
    let byPrefix = datasets.filter { dataset in
      dataset.prefix.map { key.utf8.starts(with: $0.utf8) } ?? false
    }
    if let longest = byPrefix.max(by: {
      ($0.prefix?.utf8.count ?? 0) < ($1.prefix?.utf8.count ?? 0)
    }) {
      return longest
    }
    let file = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let stem = file.split(separator: ".").first ?? ""
    return datasets.first { $0.name == stem }
  }

  /// Finds a dataset by its own name or its table's.
  package func dataset(named name: String) -> Dataset? {
    datasets.first { $0.table == name } ?? datasets.first { $0.name == name }
  }

  /// The names of all datasets, for messages.
  package var names: String { datasets.map(\.name).joined(separator: ", ") }
}
