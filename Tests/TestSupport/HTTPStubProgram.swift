internal import Glibc

/// Runs a server that is a program of its own, such as `openssl s_server`, while a test needs it.
///
/// Its standard input is a socket that ends with the test's process, however that ends.
public final class StubProgram: Sendable {
  /// Says what could not be done.
  public struct Failure: Error, CustomStringConvertible {
    /// What happened, and what the program wrote.
    public let description: String
  }

  private let pid: pid_t
  private let input: CInt
  private let outputPath: String

  /// Starts a program found by `PATH`, with this process's variables and some more.
  public init(_ command: [String], variables: [String: String] = [:]) throws {
    outputPath = "/tmp/sluice-stub-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    var ends: [CInt] = [0, 0]
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw Failure(description: "no pair of sockets")
    }
    input = ends[1]
    defer { close(ends[0]) }
    let variables = variables.map { "\($0.key)=\($0.value)" }
    pid = try StubProgram.spawn(
      ["env"] + variables + command, input: ends[0], outputPath: outputPath)
  }

  deinit {
    close(input)
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
    unsafe unlink(outputPath)
  }

  /// Runs a program to its end and returns what it wrote.
  public static func run(_ command: [String], input: String = "") throws -> String {
    let program = try StubProgram(command)
    let bytes = Array(input.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe send(
          program.input, $0.baseAddress?.advanced(by: sent), bytes.count - sent, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    shutdown(program.input, CInt(SHUT_WR))
    return try program.finish()
  }

  /// Waits until a line of the output begins with a text, and returns the rest of that line.
  public func line(after prefix: String) throws -> String {
    for _ in 0..<1500 {
      for line in output.split(separator: "\n").dropLast(output.hasSuffix("\n") ? 0 : 1)
      where line.hasPrefix(prefix) {
        return String(line.dropFirst(prefix.count))
      }
      usleep(20_000)
    }
    throw Failure(description: "no line begins with \(prefix): \(output)")
  }

  /// What the program has written so far.
  public var output: String {
    let file = unsafe open(outputPath, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes {
        unsafe read(file, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return String(decoding: text, as: UTF8.self) }
      text += piece[..<count]
    }
  }

  private func finish() throws -> String {
    var information = unsafe siginfo_t()
    unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT)
    let status = unsafe information._sifields._sigchld.si_status
    guard status == 0 else { throw Failure(description: "status \(status): \(output)") }
    return output
  }

  private static func spawn(
    _ command: [String], input: CInt, outputPath: String
  ) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_addopen(
      &actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let result = unsafe posix_spawnp(&pid, "env", &actions, nil, &arguments, environ)
    guard result == 0 else { throw Failure(description: "\(command) does not start: \(result)") }
    return pid
  }
}
