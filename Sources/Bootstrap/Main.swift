import Handlers
import LambdaRuntime

@main
struct Main {
  static func main() {
    HandlerRegistry.all().run()
  }
}
