internal import LambdaRuntime

/// The program the conformance suite runs: handlers that do what real ones should not.
@main
struct Main {
  static func main() {
    var registry = HandlerRegistry()
    registry.register("echo") { _ in EchoHandler() }
    registry.register("typed-echo") { _ in TypedEchoHandler() }
    registry.register("sized") { _ in SizedReplyHandler() }
    registry.register("commands") { _ in CommandHandler() }
    registry.register("stream") { _ in StreamHandler() }
    registry.register("needs-setting") { variables in
      _ = try variables.require("SUITE_SETTING", "a text the suite sets")
      return EchoHandler()
    }
    registry.register("init-fails") { _ in try EchoHandler(failing: SuiteFailure.unpleasant) }
    registry.register("init-crashes") { _ in EchoHandler(index: Crash.outOfBounds()) }
    registry.run()
  }
}
