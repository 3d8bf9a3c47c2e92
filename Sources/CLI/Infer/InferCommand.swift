internal import CSVFiles
internal import CSVLoad
internal import Datasets
import LambdaRuntime

/// `sluice infer`: a dataset made of a file.
enum InferCommand {
  static func run(_ request: InferRequest) throws(CommandError) -> Int32 {
    let inference = try infer(request)
    var text: [UInt8]
    if let target = request.target, Files.exists(target) {
      text = try PackageText.adding(
        inference.resource, named: inference.name, to: try Files.read(target), of: target,
        replaces: request.isForced)
    } else {
      text = PackageText.package(of: inference.resource)
    }
    do throws(DataPackageFault) {
      _ = try DataPackage(json: text)
    } catch {
      throw CommandError(error.message)
    }
    if let target = request.target {
      try Files.write(text, to: target)
    } else {
      text.removeLast()
      Console.print(String(decoding: text, as: UTF8.self))
    }
    for remark in inference.remarks { Console.note("\(request.file): \(remark)") }
    return 0
  }

  private static func infer(_ request: InferRequest) throws(CommandError) -> Inference {
    do {
      var file = try LocalFile(request.file)
      return try Inference(&file, request.options)
    } catch let fault as LocalFileFault {
      throw CommandError("\(fault)", status: 2)
    } catch {
      throw CommandError(
        "\(request.file): \((error as? any FunctionError)?.message ?? "\(error)")")
    }
  }
}
