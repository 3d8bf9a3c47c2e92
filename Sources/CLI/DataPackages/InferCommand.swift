package import CSVFiles
import CSVLoad
import Datasets
import JSON

/// `sluice infer`: a dataset made of a file.
package struct InferCommand: Subcommand {
  package static let spec = CommandSpec(
    name: "infer", operands: "FILE", operandCount: 1...1,
    summary: "Infers a Data Package from a CSV file.",
    options: [
      OptionSpec("--key", "COLUMN,…", "the primary key (default: detected)"),
      OptionSpec("--name", "NAME", "the dataset's name (default: the file's)"),
      OptionSpec("--table", "TABLE", "the table (default: the dataset's name)"),
      OptionSpec("--header", "yes|no", "whether the file has a header (default: detected)"),
      OptionSpec("--sample", "BYTES", "read at most this much (default: all)"),
      OptionSpec("--into", "PATH", "add the dataset to this package, do not print one"),
      OptionSpec("--force", nil, "replace a dataset of the same name in that package"),
    ],
    details: """
      Reads the whole file, compressed or not, in constant memory; - is standard input. The package
      goes to standard output; what was inferred and why goes to standard error. A column gets a type
      if a load would accept every value of the file as that type; digits with leading zeros and dates
      that can be read in two ways stay text. NA, NULL and the like are missing values in every column
      that is not text. The primary key is the first column whose values are all different, otherwise
      the shortest combination of at most three columns; if there is none, the key is an id computed
      from all columns.
      """)

  package var file: String
  package var options = InferenceOptions()
  /// The Data Package to add the dataset to; otherwise one is printed.
  package var target: String?
  /// Whether a dataset of the same name is replaced there.
  package var isForced = false

  package init(_ file: String) { self.file = file }

  package init(_ line: CommandLineReader) throws(CommandError) {
    file = line.operands[0]
    options.name = line.text("--name")
    options.table = line.text("--table")
    options.key = (line.text("--key") ?? "").split(separator: ",").map(String.init)
    if line.text("--sample") != nil {
      options.limit = try line.number("--sample", default: 0, in: 1...Int.max)
    }
    switch line.text("--header") {
    case nil: break
    case "yes": options.hasHeader = true
    case "no": options.hasHeader = false
    case let other?: throw line.misuse("--header takes yes or no, not \(other)")
    }
    target = line.text("--into")
    isForced = line.has("--force")
  }

  package func run() throws(CommandError) -> Int32 {
    let inference = try infer()
    var text: [UInt8]
    if let target = target, Files.exists(target) {
      text = try PackageText.adding(
        inference.resource, named: inference.name, to: try Files.read(target), of: target,
        replaces: isForced)
    } else {
      text = PackageText.package(of: inference.resource)
    }
    _ = try orFail { try DataPackage(json: text) }
    if let target = target {
      try Files.write(text, to: target)
    } else {
      text.removeLast()
      Console.print(String(decoding: text, as: UTF8.self))
    }
    for remark in inference.remarks { Console.note("\(file): \(remark)") }
    return 0
  }

  private func infer() throws(CommandError) -> Inference {
    do {
      var file = try LocalFile(self.file)
      return try Inference(&file, options)
    } catch let fault as LocalFileFault {
      throw CommandError("\(fault)", status: 2)
    } catch {
      throw CommandError("\(file): \(CommandError.message(of: error))")
    }
  }
}

/// A Data Package as text: what somebody wrote into it stays as it is.
enum PackageText {
  private static let width = 100

  /// A package of one resource.
  static func package(of resource: [UInt8]) -> [UInt8] {
    let resource = JSONText.laidOut(resource, width: width, indentation: 4)
    return Array("{\n  \"resources\": [\n    \(resource)\n  ]\n}\n".utf8)
  }

  /// A package's text with a resource put behind the others, or in the place of one of the same name.
  static func adding(
    _ resource: [UInt8], named name: String, to text: [UInt8], of path: String, replaces: Bool
  ) throws(CommandError) -> [UInt8] {
    guard let package = try? JSON.decode(JSONValue.self, from: text),
      case .array(let resources) = package["resources"],
      let places = JSONText.elements(of: "resources", in: text),
      places.elements.count == resources.count
    else {
      throw CommandError("\(path) is not a Data Package; expected an object with resources")
    }
    let resource = Array(JSONText.laidOut(resource, width: width, indentation: 4).utf8)
    if let index = resources.firstIndex(where: { $0["name"]?.string == name }) {
      guard replaces else {
        throw CommandError(
          "\(path) has a dataset \(name) already",
          advice: "Replace it with --force, or choose another --name.")
      }
      let place = places.elements[index]
      return Array(text[..<place.lowerBound]) + resource + Array(text[place.upperBound...])
    }
    guard let last = places.elements.last else {
      return Array(text[..<places.start]) + Array("\n    ".utf8) + resource
        + Array("\n  ".utf8) + Array(text[places.start...])
    }
    return Array(text[..<last.upperBound]) + Array(",\n    ".utf8) + resource
      + Array(text[last.upperBound...])
  }
}
