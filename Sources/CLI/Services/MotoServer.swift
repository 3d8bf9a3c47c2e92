import CProcess
import Glibc
import HTTP

/// S3 and SQS on a free loopback port, played by moto; what they hold is lost when it stops.
struct MotoServer: Sendable {
  private let server: ServiceProcess
  let endpoint: String

  init(toolbox: Toolbox, variables: [String: String]) throws(CommandError) {
    let port = cprocess_free_port()
    guard port != 0 else { throw .system("find a free port") }
    var environment = variables
    // Threads of a development server; its log is not for us.
    environment["PYTHONUNBUFFERED"] = "1"
    let server = try ServiceProcess(
      "moto_server",
      ChildCommand(
        try toolbox.moto(), ["-H", "127.0.0.1", "-p", String(port)], environment: environment),
      stopSignal: SIGKILL)
    self.server = server
    endpoint = "http://127.0.0.1:\(port)"
  }

  /// Waits until it answers, which takes Python a few seconds.
  func untilReady() throws(CommandError) {
    var client: HTTPClient
    do {
      client = try HTTPClient()
    } catch {
      throw CommandError("\(error)")
    }
    try server.untilReady {
      let answer = try? client.send(
        HTTPRequest(url: "\(endpoint)/moto-api/data.json"), timeout: .seconds(5))
      return answer?.status == 200
    }
  }

  func stop() { server.stop() }
}
