import Glibc

@main
struct Main {
  static func main() {
    do throws(CommandError) {
      switch try Command(Array(CommandLine.arguments.dropFirst())) {
      case .help(let text): Console.print(text)
      case .version: Console.print("sluice \(Version.current)")
      case .run(let command): exit(try command.run())
      }
    } catch {
      Console.note("sluice: \(error)")
      exit(error.status)
    }
  }
}

/// The version of the command and of the functions it is built with.
enum Version {
  static let current = "0.1.0"
}
