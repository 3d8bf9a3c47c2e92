/// Holds what logs in to a server where it does not stand in the variables, as a secret's contents.
///
/// Neither printing nor dumping one shows the password.
public struct PostgresLogin: Sendable, Equatable {
  /// The server, for where the variables name none.
  public var host: String?
  /// The server's port, for where the variables name none.
  public var port: String?
  /// The database, for where the variables name none.
  public var database: String?
  /// The user, whatever the variables name.
  public var user: String?
  /// The password.
  public var password: String?
  /// Whether it may travel encrypted only, to this machine too.
  public var needsTLS: Bool

  /// Makes a login of the parts that are known.
  public init(
    host: String? = nil, port: String? = nil, database: String? = nil, user: String? = nil,
    password: String? = nil, needsTLS: Bool = false
  ) {
    self.host = host
    self.port = port
    self.database = database
    self.user = user
    self.password = password
    self.needsTLS = needsTLS
  }
}

extension PostgresLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The user and the server alone.
  public var description: String { "PostgresLogin(\(user ?? "")@\(host ?? ""))" }
  /// The user and the server alone.
  public var debugDescription: String { description }
  /// The user and the server alone.
  public var customMirror: Mirror { Mirror(self, children: ["login": description]) }
}
