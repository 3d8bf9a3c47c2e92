internal import CSVFiles
internal import CSVLoad
internal import Datasets
import LambdaRuntime

/// `sluice validate`: every fault of a file, without a database.
enum ValidateCommand {
  static func run(_ request: ValidateRequest) throws(CommandError) -> Int32 {
    let package = try PackageChoice.read(given: request.package, ProcessEnvironment.all)
    guard !request.files.isEmpty else {
      let datasets = package.datasets.map { "\($0.name) (\($0.fields.count) fields)" }
      Console.print("the Data Package is in order: \(datasets.joined(separator: ", "))")
      return 0
    }
    let named = try PackageChoice.dataset(named: request.dataset, in: package)
    var targets: [(file: String, dataset: Dataset)] = []
    for file in request.files {
      guard let dataset = named ?? package.dataset(forFile: file) else {
        // A name that was mistyped belongs to no dataset either.
        do { _ = try LocalFile(file) } catch { throw CommandError("\(error)", status: 2) }
        throw CommandError(
          "\(file) belongs to no dataset of \(package.names)", advice: "Name one with --dataset.",
          status: 2)
      }
      targets.append((file, dataset))
    }
    let output = FaultOutput(request.form)
    var isClean = true
    for (file, dataset) in targets where try !check(file, dataset, request.most, output) {
      isClean = false
    }
    return isClean ? 0 : 1
  }

  private static func check(
    _ path: String, _ dataset: Dataset, _ most: Int, _ output: FaultOutput
  ) throws(CommandError) -> Bool {
    let outcome: FileCheck.Outcome
    do throws(LocalFileFault) {
      var file = try LocalFile(path)
      outcome = try FileCheck(dataset) { fault in output.list(fault, of: path, most) }.run(&file)
    } catch {
      throw CommandError("\(error)", status: 2)
    }
    output.finish(path, outcome)
    return outcome.isClean
  }
}
