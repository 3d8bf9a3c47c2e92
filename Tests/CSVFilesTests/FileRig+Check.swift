import CSVFiles
import CSVLoad
import Datasets
import FeatureRigs

extension FileRig {
  /// What a check of a file finds: the outcome, and each fault.
  func check(
    _ path: String, _ dataset: String
  ) throws -> (outcome: FileCheck.Outcome, faults: [LoadReport.Reject]) {
    let dataset = package.dataset(named: dataset) ?? package.datasets[0]
    var faults: [LoadReport.Reject] = []
    var file = try LocalFile(path)
    let outcome = try FileCheck(dataset) { faults.append($0) }.run(&file)
    return (outcome, faults)
  }
}
