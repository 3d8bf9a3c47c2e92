import CSV
internal import Datasets
import Glibc
import LambdaRuntime

/// `CSVBench parse|convert FILE [PIECE-BYTES]`: one pass over a file, timed.
///
/// `parse` splits records and fields; `convert` also judges every field by the dataset of the Data
/// Package that the file's name belongs to, and makes the rows of a binary COPY.
@main
struct Main {
  static func main() {
    let arguments = CommandLine.arguments
    let pieceBytes = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 256 << 10
    guard arguments.count >= 3, pieceBytes > 0 else {
      fail("usage: CSVBench parse|convert FILE [PIECE-BYTES]")
    }
    let file = FilePass(path: arguments[2], pieceBytes: pieceBytes)
    switch arguments[1] {
    case "parse":
      var counts = ParseCounts()
      file.run { batch in counts.add(batch) }
      print("records \(counts.records) fields \(counts.fields) faults \(counts.faults)")
    case "convert":
      guard let package = try? DataPackage(variables: EnvironmentVariables()),
        let dataset = package.dataset(forKey: arguments[2])
      else { fail("set SLUICE_DATAPACKAGE to a package that knows the file's dataset") }
      var counts = ConvertCounts(dataset)
      file.run { batch in counts.add(batch) }
      print("accepted \(counts.accepted) refused \(counts.refused) bytes \(counts.bytes)")
    default:
      fail("the mode is parse or convert")
    }
  }

  static func fail(_ message: String) -> Never {
    print(message)
    exit(2)
  }
}
