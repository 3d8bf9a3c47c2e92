// The first import of the module: the types of the C library belong to whichever module imports them
// first, and OpenSSL, which comes with the handlers, would otherwise claim them.
import Glibc
import LambdaRuntime
import System

/// One command of `sluice`: its help, its command line and its work.
package protocol Subcommand: Sendable, Equatable {
  static var spec: CommandSpec { get }

  /// Reads a command line that fits the specification.
  init(_ line: CommandLineReader) throws(CommandError)

  /// Does the work and returns the exit status.
  func run() throws(CommandError) -> Int32
}

/// What a command line asks for.
package enum Command: Sendable {
  case help(String)
  case version
  case run(any Subcommand)

  private static let all: [any Subcommand.Type] = [
    LocalCommand.self, ServicesCommand.self, UploadCommand.self, InferCommand.self,
    ValidateCommand.self, LoadCommand.self, UsersCommand.self, InvokeCommand.self,
    DemoCommand.self, GenerateCommand.self, IngestCommand.self, StubCommand.self,
  ]

  /// Reads a command line, without the program's name.
  package init(_ arguments: [String]) throws(CommandError) {
    switch arguments.first {
    case nil, "--help", "-h":
      self = .help(Self.overview)
    case "help":
      self = .help(try arguments.dropFirst().first.map(Self.named)?.spec.help ?? Self.overview)
    case "--version":
      self = .version
    case let name?:
      let command = try Self.named(name)
      let line = try CommandLineReader(Array(arguments.dropFirst()), command.spec)
      self = line.asksForHelp ? .help(command.spec.help) : .run(try command.init(line))
    }
  }

  private static func named(_ name: String) throws(CommandError) -> any Subcommand.Type {
    if let command = all.first(where: { $0.spec.name == name }) { return command }
    let nearest = Suggestion.nearest(to: name, among: all.map { $0.spec.name })
    throw CommandError(
      "sluice has no command \(name)",
      advice: nearest.map { "Did you mean sluice \($0)?" } ?? "See sluice --help.", status: 2)
  }

  private static var overview: String {
    let commands = all.map { "  \($0.spec.name.padded(to: 12)) \($0.spec.summary)" }
    return """
      usage: sluice COMMAND …

      Serverless CSV loading into PostgreSQL, on your machine.

      \(commands.joined(separator: "\n"))

      sluice COMMAND --help shows its options; sluice --version prints the version.
      """
  }
}

/// Why a command could not do its work, and what the user can do about it.
package struct CommandError: Error, Equatable, CustomStringConvertible {
  /// The exit status: 1 for work that failed, 2 for a command line that makes no sense.
  package let status: Int32
  package let message: String
  /// The next step for the user, as a sentence; empty when the message says it.
  package let advice: String

  package init(_ message: String, advice: String = "", status: Int32 = 1) {
    self.message = message
    self.advice = advice
    self.status = status
  }

  package var description: String {
    advice.isEmpty ? message : "\(message)\n\(advice)"
  }

  /// A failed system call, with the reason `errno` gives.
  static func system(_ attempt: String, errno code: Int32 = errno) -> CommandError {
    system(attempt, SystemError(code: code))
  }

  static func system(_ attempt: String, _ error: SystemError) -> CommandError {
    CommandError("cannot \(attempt): \(error)")
  }

  /// What a handler's error reports to its caller.
  static func message(of error: any Error) -> String {
    (error as? any FunctionError)?.message ?? "\(error)"
  }
}

/// Does something whose error becomes one of the command: what went wrong, if that is to be said, and
/// why.
func orFail<Result: ~Copyable>(
  _ what: String? = nil, status: Int32 = 1, _ body: () throws -> Result
) throws(CommandError) -> Result {
  do {
    return try body()
  } catch {
    let reason = CommandError.message(of: error)
    throw CommandError(what.map { "\($0): \(reason)" } ?? reason, status: status)
  }
}
