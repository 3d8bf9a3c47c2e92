internal import Glibc
internal import JSON

/// The handlers of a program, each under the name that `_HANDLER` selects it by.
///
///     var registry = HandlerRegistry()
///     registry.register("greet") { _ in GreetHandler() }
///     registry.run()
public struct HandlerRegistry: Sendable {
  /// Handles the invocation whose event stands in the session's connection, and posts the response.
  typealias Handling = (InvocationContext, inout RuntimeSession) -> Void
  typealias Factory = @Sendable (EnvironmentVariables) throws -> Handling

  // A list, because there are few and they are looked through once in a cold start.
  private var registered: [(name: HandlerName, factory: Factory)] = []

  /// The names, in the order they were registered.
  public var names: [HandlerName] { registered.map(\.name) }

  /// Creates a registry without handlers.
  public init() {}

  /// Registers a handler of decoded events.
  ///
  /// Each worker makes one before the first invocation; an error thrown then becomes the
  /// environment's init error.
  public mutating func register<H: LambdaHandler & ~Copyable>(
    _ name: HandlerName, _ make: @escaping @Sendable (EnvironmentVariables) throws -> H
  ) {
    add(name) { variables in
      var handler = try make(variables)
      return { context, session in
        session.postResponse(for: context) { session in
          let event = try session.decodeEvent(H.Event.self)
          return try JSON.encode(try handler.handle(event, context: context))
        }
      }
    }
  }

  /// Registers a handler of raw bytes.
  ///
  /// Each worker makes one before the first invocation; an error thrown then becomes the
  /// environment's init error.
  public mutating func register<H: RawLambdaHandler & ~Copyable>(
    _ name: HandlerName, _ make: @escaping @Sendable (EnvironmentVariables) throws -> H
  ) {
    add(name) { variables in
      var handler = try make(variables)
      return { context, session in
        session.postResponse(for: context) { session in
          try session.withEvent { event in try handler.handle(event, context: context) }
        }
      }
    }
  }

  /// Registers a handler that streams its responses.
  ///
  /// Each worker makes one before the first invocation; an error thrown then becomes the
  /// environment's init error.
  public mutating func register<H: StreamingLambdaHandler & ~Copyable>(
    _ name: HandlerName, _ make: @escaping @Sendable (EnvironmentVariables) throws -> H
  ) {
    add(name) { variables in
      var handler = try make(variables)
      return { context, session in
        session.postStream(H.Event.self, for: context) { event, response in
          try handler.handle(event, context: context, response: &response)
        }
      }
    }
  }

  /// Runs the handler that `_HANDLER` names until the environment ends, then ends the process.
  public func run() -> Never {
    // A write to a pipe nobody reads must be an error where it happens, not the end of the process.
    _ = signal(SIGPIPE, SIG_IGN)
    // If these were closed, the next socket would get the number of standard error, and every log
    // line would be sent to the Runtime API or the database.
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", O_RDWR)
    }
    let status = Runtime(
      registry: self, variables: EnvironmentVariables(), log: .process, ownsProcess: true
    ).run()
    // Not `exit`: other threads may still be inside libraries that exit would tear down.
    _exit(status)
  }

  /// Runs the handler that `_HANDLER` names among the given variables, on the calling thread.
  ///
  /// Signals, the process's variables and the process itself are left alone, so a test can run any
  /// number side by side.
  ///
  /// - Returns: The exit status a process of its own would end with.
  public func run(_ variables: EnvironmentVariables, log: Log = .process) -> Int32 {
    Runtime(registry: self, variables: variables, log: log, ownsProcess: false).run()
  }

  func makeHandler(_ variables: EnvironmentVariables) throws -> Handling {
    guard let name = variables["_HANDLER"],
      let entry = registered.first(where: { $0.name.rawValue == name })
    else {
      let known = names.map(\.description).joined(separator: ", ")
      throw SettingError(
        variable: "_HANDLER", expected: "the name of a handler, one of: \(known)")
    }
    return try entry.factory(variables)
  }

  private mutating func add(_ name: HandlerName, _ factory: @escaping Factory) {
    precondition(
      !registered.contains { $0.name == name }, "the handler \(name) is registered twice")
    registered.append((name, factory))
  }
}

/// The name `_HANDLER` selects a handler by.
public struct HandlerName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name as it stands in `_HANDLER`.
  public let rawValue: String

  /// Creates a name from text made at run time.
  public init(_ rawValue: String) {
    self.rawValue = rawValue
  }

  /// Creates a name from a literal.
  public init(stringLiteral value: String) {
    self.init(value)
  }

  /// The name itself.
  public var description: String { rawValue }
}
