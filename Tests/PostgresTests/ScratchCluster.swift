import Glibc
import Postgres
import Synchronization

/// A PostgreSQL server of our own, with TLS, that tests may reconfigure and restart.
///
/// Its certificate names `localhost` and was signed by `ca.pem`; `other.pem` signed nothing.
final class ScratchCluster: Sendable {
  let directory: String
  let port: Int

  /// Whether the server's programs and openssl are installed.
  static let isAvailable =
    (try? run("ls /usr/lib/postgresql/*/bin/initdb && command -v openssl")) != nil

  init() throws {
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    directory = "/tmp/cluster-\(unique)"
    port = try Self.freePort()
    try Self.run(Self.creation, directory, "\(port)")
    try start()
  }

  deinit {
    _ = try? control("stop -m immediate")
    _ = try? Self.run("rm -rf \"$1\"", directory)
  }

  /// A URL over the Unix socket, as the superuser.
  var localURL: String { "postgresql:///postgres?host=\(directory)&port=\(port)&user=postgres" }

  /// A URL over TCP.
  func url(host: String = "localhost", user: String = "app", _ options: String = "") -> String {
    let ca = options.contains("sslrootcert") ? "" : "&sslrootcert=\(directory)/ca.pem"
    return "postgresql://\(user):right@\(host):\(port)/postgres?sslmode=verify-full\(ca)\(options)"
  }

  func start() throws { try control("start -w -l \(directory)/log") }

  func stop(_ mode: String = "fast") throws { try control("stop -w -m \(mode)") }

  /// Uses the named certificate, or none, from the next connection on.
  func present(_ certificate: String?) throws {
    try stop()
    try Self.run(
      """
      grep -v '^ssl' "$1/data/postgresql.conf" > "$1/conf"
      if [ -n "$2" ]; then
        echo "ssl = on"; echo "ssl_cert_file = '$1/$2.pem'"; echo "ssl_key_file = '$1/server.key'"
      fi >> "$1/conf"
      cat "$1/conf" > "$1/data/postgresql.conf"
      """, directory, certificate ?? "")
    try start()
  }

  private func control(_ command: String) throws {
    try Self.run(
      Self.asServer + "as_server \"$bin/pg_ctl\" -D \"$1/data\" \(command) > /dev/null", directory)
  }

  /// The server refuses to run as root.
  private static let asServer = """
    set -e
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

    """

  private static let creation =
    asServer + """
      exec 2> /dev/null
      as_server mkdir -m 755 "$1"
      as_server "$bin/initdb" -D "$1/data" -U postgres -A trust --no-sync > /dev/null
      as_server sh -c '
        cd "$1"
        key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        for ca in ca other; do
          openssl req -x509 $key -keyout $ca.key -out $ca.pem -subj /CN=$ca -days 2
        done
        openssl req $key -keyout server.key -out server.csr -subj /CN=localhost
        chmod 600 server.key
        echo subjectAltName=DNS:localhost > names
        sign() { openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -extfile names "$@"; }
        sign -set_serial 1 -days 2 -out server.pem
        sign -set_serial 2 -days -1 -out expired.pem
        cat >> data/postgresql.conf <<END
      port = $2
      listen_addresses = "localhost,127.0.0.1"
      unix_socket_directories = "$1"
      fsync = off
      max_connections = 6
      superuser_reserved_connections = 3
      max_wal_senders = 0
      wal_level = minimal
      shared_buffers = 16MB
      ssl = on
      ssl_cert_file = "$1/server.pem"
      ssl_key_file = "$1/server.key"
      END
        sed -i "s/\\"/\\x27/g" data/postgresql.conf
        cat > data/pg_hba.conf <<END
      local all postgres trust
      host all all 127.0.0.1/32 scram-sha-256
      host all all ::1/128 scram-sha-256
      END
      ' sh "$1" "$2"
      as_server "$bin/pg_ctl" -D "$1/data" start -w -l "$1/log" > /dev/null
      psql -q -h "$1" -p "$2" -U postgres -c "create role app login password 'right'"
      as_server "$bin/pg_ctl" -D "$1/data" stop -w > /dev/null
      """

  struct Failure: Error {
    let status: Int32
  }

  /// Runs a shell script; the arguments are its `$1`, `$2` and so on.
  static func run(_ script: String, _ arguments: String...) throws {
    var process = pid_t()
    var list: [UnsafeMutablePointer<CChar>?] = unsafe []
    for text in ["sh", "-c", script, "sh"] + arguments { unsafe list.append(strdup(text)) }
    unsafe list.append(nil)
    defer { unsafe list.forEach { unsafe free($0) } }
    let failed = unsafe posix_spawn(&process, "/bin/sh", nil, nil, list, environ)
    guard failed == 0 else { throw Failure(status: failed) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Failure(status: status) }
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, length) != 0 || getsockname(descriptor, $0, &length) != 0
      }
    }
    guard !failed else { throw Failure(status: errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
