internal import Glibc

/// Runs a closure in which writing to a closed connection is an error and not the process's end.
///
/// libcurl leaves `SIGPIPE` alone once `CURLOPT_NOSIGNAL` is set, and OpenSSL's writes raise it.
/// The signal goes to the thread that writes: blocking it there leaves the process's choice as
/// it is.
func withoutPipeSignal<Result>(_ body: () -> Result) -> Result {
  var pipe = sigset_t()
  var previous = sigset_t()
  var pending = sigset_t()
  unsafe sigemptyset(&pipe)
  unsafe sigaddset(&pipe, SIGPIPE)
  unsafe pthread_sigmask(SIG_BLOCK, &pipe, &previous)
  unsafe sigpending(&pending)
  let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
  defer {
    var now = timespec()
    // One that was raised here would be delivered as soon as it is no longer blocked.
    while !wasPending, unsafe sigtimedwait(&pipe, nil, &now) == -1, errno == EINTR {}
    unsafe pthread_sigmask(SIG_SETMASK, &previous, nil)
  }
  return body()
}
