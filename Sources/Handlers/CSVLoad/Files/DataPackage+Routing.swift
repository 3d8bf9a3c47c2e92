package import Datasets

extension DataPackage {
  /// Finds the dataset that a file of this machine belongs to: by its name, as `sluice infer` makes
  /// a dataset's name of it too.
  package func dataset(forFile path: String) -> Dataset? {
    let file = path.split(separator: "/").last ?? ""
    let stem = file.split(separator: ".").first ?? ""
    return datasets.first { $0.name == stem }
      ?? datasets.first { $0.name == DatasetName.made(of: String(stem)) }
  }
}

/// Names that a dataset may have, made of those that files have.
package enum DatasetName {
  /// Lower case, with `_` for what is no letter or digit.
  package static func made(of text: String) -> String {
    CleanName.made(of: text) ?? "data"
  }
}
