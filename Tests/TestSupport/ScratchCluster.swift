/// A PostgreSQL server of our own, with TLS, that tests may reconfigure and restart.
///
/// Six sessions fit, three of them the superuser's. Its certificate names `localhost` and was signed by `ca.pem`; `other.pem` signed nothing.
public final class ScratchCluster: Sendable {
  /// Where its certificates are, its socket, and in `data` the cluster itself.
  public let directory: String
  private let reservedPort: ReservedPort

  /// Whether the server's programs and openssl are installed.
  public static let isAvailable =
    (try? run("ls /usr/lib/postgresql/*/bin/initdb && command -v openssl")) != nil

  /// Makes a server of its own and starts it, with more lines for its configuration.
  public init(_ configuration: String = "") throws {
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    directory = "/tmp/cluster-\(unique)"
    reservedPort = try ReservedPort()
    try Self.run(Self.creation, directory, "\(port)", configuration)
    try start()
  }

  deinit {
    _ = try? control("stop -m immediate")
    _ = try? Self.run("rm -rf \"$1\"", directory)
  }

  /// The port it listens on, in the name of its socket too.
  public var port: UInt16 { reservedPort.number }

  /// A URL over the Unix socket, as the superuser.
  public var localURL: String {
    "postgresql:///postgres?host=\(directory)&port=\(port)&user=postgres"
  }

  /// A URL over TCP.
  public func url(
    host: String = "localhost", user: String = "app", _ options: String = ""
  ) -> String {
    let ca = options.contains("sslrootcert") ? "" : "&sslrootcert=\(directory)/ca.pem"
    return "postgresql://\(user):right@\(host):\(port)/postgres?sslmode=verify-full\(ca)\(options)"
  }

  /// Starts the server and waits until it takes sessions.
  public func start() throws { try control("start -w -l \(directory)/log") }

  /// Stops the server, in the modes of `pg_ctl`.
  public func stop(_ mode: String = "fast") throws { try control("stop -w -m \(mode)") }

  /// Makes a primary of a standby.
  public func promote() throws { try control("promote -w") }

  /// Makes the server read its configuration again.
  public func reload() throws { try control("reload") }

  /// Changes the cluster's files by a shell script whose folder they are; the server is stopped
  /// meanwhile.
  public func change(_ script: String) throws {
    try stop()
    try Self.run(
      Self.asServer + """
        as_server sh -ec 'cd "$1/data"; eval "$2"' sh "$1" "$2"
        """, directory, script)
    try start()
  }

  /// Uses the named certificate, or none, from the next connection on.
  public func present(_ certificate: String?) throws {
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
        echo "$3" >> data/postgresql.conf
        cat > data/pg_hba.conf <<END
      local all postgres trust
      host all all 127.0.0.1/32 scram-sha-256
      host all all ::1/128 scram-sha-256
      END
      ' sh "$1" "$2" "$3"
      as_server "$bin/pg_ctl" -D "$1/data" start -w -l "$1/log" > /dev/null
      psql -q -h "$1" -p "$2" -U postgres -c "create role app login password 'right'" -c "create database app owner app"
      as_server "$bin/pg_ctl" -D "$1/data" stop -w > /dev/null
      """

  /// Runs a shell script; the arguments are its `$1`, `$2` and so on.
  private static func run(_ script: String, _ arguments: String...) throws {
    try ChildProcess.run(["sh", "-c", script, "sh"] + arguments)
  }
}
