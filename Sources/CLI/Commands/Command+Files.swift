// The first import of the module: the types of the C library belong to whoever brings them first, and
// OpenSSL, which comes with the handlers, would keep them to itself.
internal import CSVFiles
import Glibc

/// How the commands on files of CSV are read.
extension Command {
  static func infer(_ line: CommandLineReader) throws(CommandError) -> InferRequest {
    try line.expectNoRest()
    try line.expectOperands(1...1)
    var request = InferRequest(line.operands[0])
    request.options.name = line.text("--name")
    request.options.table = line.text("--table")
    request.options.key = (line.text("--key") ?? "").split(separator: ",").map(String.init)
    if line.text("--sample") != nil {
      request.options.limit = try line.number("--sample", default: 0, in: 1...Int.max)
    }
    switch line.text("--header") {
    case nil: break
    case "yes": request.options.hasHeader = true
    case "no": request.options.hasHeader = false
    case let other?: throw line.misuse("--header takes yes or no, not \(other)")
    }
    request.target = line.text("--into")
    request.isForced = line.has("--force")
    return request
  }

  static func load(_ line: CommandLineReader) throws(CommandError) -> LoadRequest {
    try line.expectNoRest()
    try line.expectOperands(1...Int.max)
    var request = LoadRequest(line.operands)
    request.package = line.text("--package")
    request.dataset = line.text("--dataset")
    request.database = line.text("--database")
    request.directory = line.text("--directory") ?? request.directory
    request.isForced = line.has("--again")
    request.isJSON = try format(line, among: ["json"]) == "json"
    return request
  }

  static func validate(_ line: CommandLineReader) throws(CommandError) -> ValidateRequest {
    try line.expectNoRest()
    if line.text("--package") == nil { try line.expectOperands(1...Int.max) }
    var request = ValidateRequest(line.operands)
    request.package = line.text("--package")
    request.dataset = line.text("--dataset")
    request.most = try line.number("--max", default: .max, in: 0...Int.max)
    let forms = ValidateRequest.Form.allCases.map(\.rawValue)
    if let format = try format(line, among: forms) {
      request.form = ValidateRequest.Form(rawValue: format) ?? .text
    }
    return request
  }

  private static func format(
    _ line: CommandLineReader, among formats: [String]
  ) throws(CommandError) -> String? {
    guard let format = line.text("--format") else { return nil }
    guard formats.contains(format) else {
      throw line.misuse("--format takes \(formats.joined(separator: " or ")), not \(format)")
    }
    return format
  }
}
