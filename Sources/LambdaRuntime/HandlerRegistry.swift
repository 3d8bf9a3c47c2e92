internal import Glibc

/// The handlers of a program, by the names `_HANDLER` selects them by.
///
///     var registry = HandlerRegistry()
///     registry.register("greet") { _ in GreetHandler() }
///     registry.run()
public struct HandlerRegistry: Sendable {
  typealias Factory = @Sendable (EnvironmentVariables) throws -> any HandlerBox

  // A list, because there are few and they are looked through once in a cold start.
  private var registered: [(name: HandlerName, factory: Factory)] = []

  /// The names, in the order they were registered.
  public var names: [HandlerName] { registered.map(\.name) }

  /// Creates a registry without handlers.
  public init() {}

  /// Registers a handler of decoded events.
  ///
  /// It is made once for each worker, before the first invocation; an error that is thrown then is
  /// the environment's init error.
  public mutating func register<H: LambdaHandler & ~Copyable>(
    _ name: HandlerName, _ make: @escaping @Sendable (EnvironmentVariables) throws -> H
  ) {
    add(name) { TypedHandlerBox(try make($0)) }
  }

  /// Registers a handler of raw bytes.
  ///
  /// It is made once for each worker, before the first invocation; an error that is thrown then is
  /// the environment's init error.
  public mutating func register<H: RawLambdaHandler & ~Copyable>(
    _ name: HandlerName, _ make: @escaping @Sendable (EnvironmentVariables) throws -> H
  ) {
    add(name) { RawHandlerBox(try make($0)) }
  }

  /// Registers a handler whose answers are streamed.
  ///
  /// It is made once for each worker, before the first invocation; an error that is thrown then is
  /// the environment's init error.
  public mutating func register<H: StreamingLambdaHandler & ~Copyable>(
    _ name: HandlerName, _ make: @escaping @Sendable (EnvironmentVariables) throws -> H
  ) {
    add(name) { StreamingHandlerBox(try make($0)) }
  }

  /// Runs the handler that `_HANDLER` names until the environment ends, then ends the process.
  public func run() -> Never {
    let variables = EnvironmentVariables()
    ProcessSetup.perform()
    let status = Runtime(registry: self, variables: variables, log: .process, ownsProcess: true)
      .run()
    // Not `exit`: other threads may still be inside libraries that exit would tear down.
    _exit(status)
  }

  /// Runs the handler that `_HANDLER` names among the given variables, on the calling thread.
  ///
  /// Signals, the process's variables and the process itself are left alone, so that a test can
  /// run any number side by side.
  ///
  /// - Returns: The exit status a process of its own would end with.
  public func run(_ variables: EnvironmentVariables, log: Log = .process) -> Int32 {
    Runtime(registry: self, variables: variables, log: log, ownsProcess: false).run()
  }

  func makeHandler(_ variables: EnvironmentVariables) throws -> any HandlerBox {
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
