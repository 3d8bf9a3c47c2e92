internal import Glibc

/// What a process needs before it runs handlers.
enum ProcessSetup {
  static func perform() {
    // A write to a pipe nobody reads must be an error where it happens, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    // If these were closed, the next socket would get the number of standard error, and every log
    // line would be sent to the Runtime API or the database.
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }
}
