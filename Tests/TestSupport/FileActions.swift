internal import Glibc

/// What a program's descriptors are made of, and its start with them and no others.
///
/// The corresponding C function is `posix_spawn`: a fork of a process with threads may only exec.
@safe
final class FileActions {
  /// Those that may be open, as far as it matters.
  private static let inheritable: Range<Int32> = 3..<4096

  private let actions = UnsafeMutablePointer<posix_spawn_file_actions_t>.allocate(capacity: 1)

  init() {
    unsafe posix_spawn_file_actions_init(actions)
  }

  deinit {
    unsafe posix_spawn_file_actions_destroy(actions)
    unsafe actions.deallocate()
  }

  func open(_ descriptor: Int32, _ path: String, _ flags: Int32) {
    unsafe posix_spawn_file_actions_addopen(actions, descriptor, path, flags, 0o600)
  }

  func close(_ descriptor: Int32) {
    unsafe posix_spawn_file_actions_addclose(actions, descriptor)
  }

  func duplicate(_ source: Int32, as descriptor: Int32) {
    unsafe posix_spawn_file_actions_adddup2(actions, source, descriptor)
  }

  /// Starts a program; a name without a slash is looked for in `PATH`.
  func spawn(_ program: String, arguments: [String], variables: [String]) throws -> pid_t {
    // What other tests have open at this moment would stay open as long as this program runs.
    for descriptor in Self.inheritable { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let argumentList = CStringList(arguments)
    let variableList = CStringList(variables)
    var pid: pid_t = 0
    // Threads of a pool block every signal and a test may ignore one; a program would inherit that.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let status = unsafe posix_spawnp(
      &pid, program, actions, &attributes, argumentList.pointers, variableList.pointers)
    guard status == 0 else { throw SystemCallFailure("posix_spawn \(program)", code: status) }
    return pid
  }
}

/// A list of C strings that ends with a null pointer.
@safe
private final class CStringList {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [String]) {
    count = strings.count
    unsafe pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() {
      unsafe (pointers + index).initialize(to: strdup(string))
    }
    unsafe (pointers + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { unsafe free(pointers[index]) }
    unsafe pointers.deallocate()
  }
}
