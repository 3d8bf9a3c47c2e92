import Glibc

@main
struct Main {
  static func main() {
    do throws(CommandError) {
      exit(try run(try Command(Array(CommandLine.arguments.dropFirst()))))
    } catch {
      Console.note("sluice: \(error)")
      exit(error.status)
    }
  }

  private static func run(_ command: Command) throws(CommandError) -> Int32 {
    switch command {
    case .help(let text):
      Console.print(text)
      return 0
    case .version:
      Console.print("sluice \(Version.current)")
      return 0
    case .local(let options, let once):
      return try StackCommands.local(options, once: once)
    case .services(let command):
      return try StackCommands.services(command)
    case .upload(let files, let key, let directory):
      return try UploadCommand.run(files: files, key: key, directory: directory)
    case .invoke(let handler, let event, let options):
      return try InvokeCommand.run(handler: handler, event: event, options)
    case .demo(let options, let stays):
      return try DemoCommand.run(options, stays: stays)
    case .generate(let directory, let size):
      return try GenerateCommand.run(directory, size)
    case .generateLarge(let file, let path, let truth):
      return try GenerateCommand.run(file, to: path, truth: truth)
    case .ingest(let options):
      return try IngestCommand.run(options)
    case .infer(let request):
      return try InferCommand.run(request)
    case .validate(let request):
      return try ValidateCommand.run(request)
    case .load(let request):
      return try LoadCommand.run(request)
    case .users(let request):
      return try UsersCommand.run(request)
    case .usajobsStub(let options):
      return try StubCommand.run(options)
    }
  }
}

/// The version of the command and of the functions it is built with.
enum Version {
  static let current = "0.1.0"
}
