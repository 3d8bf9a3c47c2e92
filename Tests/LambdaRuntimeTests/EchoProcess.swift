import Glibc

/// The echo program as a process of its own, for what only a process can show.
final class EchoProcess {
  private let id: pid_t
  private let output: Int32

  /// Starts the program with these variables and no others.
  init(_ variables: [String: String]) throws {
    var path = Array("/tmp/echo-output-XXXXXX".utf8CString)
    let output = unsafe mkstemp(&path)
    unsafe unlink(path)
    let program = try Self.program()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
    var id: pid_t = 0
    let status = unsafe Self.withStrings([program]) { arguments in
      unsafe Self.withStrings(variables.map { "\($0.key)=\($0.value)" }) { environment in
        unsafe posix_spawn(&id, program, &actions, nil, arguments, environment)
      }
    }
    self.output = output
    self.id = id
    if status != 0 { throw EchoProcessError(code: status) }
  }

  deinit {
    kill(id, SIGKILL)
    close(output)
  }

  /// What the process has written to its standard output and error.
  var text: String {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(output, $0.baseAddress, $0.count, 0)
    }
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  func send(_ signal: Int32) {
    kill(id, signal)
  }

  /// Waits for the end: the exit status, or minus the signal; nil after 20 seconds.
  func wait() -> Int32? {
    var status: Int32 = 0
    for _ in 0..<20_000 {
      if unsafe waitpid(id, &status, WNOHANG) == id {
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
      }
      usleep(1000)
    }
    return nil
  }

  private static func program() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(
      decoding: buffer.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    let beside = own.split(separator: "/").dropLast().joined(separator: "/")
    for path in ["/\(beside)/EchoBench", ".build/debug/EchoBench", ".build/release/EchoBench"]
    where unsafe access(path, X_OK) == 0 {
      return path
    }
    throw EchoProcessError(code: ENOENT)
  }

  private static func withStrings<R>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { unsafe copies.forEach { unsafe free($0) } }
    var list = unsafe copies + [nil]
    return unsafe body(&list)
  }
}

struct EchoProcessError: Error {
  let code: Int32
}
