import Glibc

/// Runs a closure while a variable of this process has another value.
func withEnvironmentVariable(
  _ name: String, _ value: String, _ body: () throws -> Void
) rethrows {
  unsafe setenv(name, value, 1)
  defer { unsafe unsetenv(name) }
  try body()
}
