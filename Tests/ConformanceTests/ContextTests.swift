import JSON
import TestSupport
import Testing

/// What the service tells beside the event, under the emulator's classic mode.
@Suite(.enabled(if: RIE.executable != nil, "\(Program.needsRIE)"))
struct ContextTests {
  private let describe = #"{"action":"context"}"#

  @Test func `every header of an invocation reaches the handler`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands", timeoutSeconds: 60)
    let reply = try ContextReply(
      rie.invoke(
        describe,
        [
          ("X-Amz-Client-Context", "eyJhIjpbMSwiw6kiXX0="), ("X-Amz-Tenant-Id", "blue"),
          ("X-Amz-Cognito-Identity", #"{"cognitoIdentityId":"c-1"}"#),
        ]))
    #expect(reply.requestID.utf8.count == 36)
    #expect(reply.functionARN?.hasPrefix("arn:aws:lambda:") == true)
    #expect(reply.clientContext == #"{"a":[1,"é"]}"#)
    #expect(reply.cognitoIdentity?.contains(#""cognitoIdentityId":"c-1""#) == true)
    #expect(reply.tenantID == "blue")
    #expect((30...60).contains(reply.remainingSeconds))
  }

  @Test func `fault 9: what the service leaves out is absent, also after it was there`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    _ = try rie.invoke(describe, [("X-Amz-Tenant-Id", "blue"), ("X-Amz-Client-Context", "e30=")])
    let reply = try ContextReply(rie.invoke(describe))
    #expect(reply.tenantID == nil)
    #expect(reply.clientContext == nil)
    #expect(reply.traceID == nil)
    #expect(reply.traceVariable == nil)
  }

  @Test func `the handler lives from invocation to invocation`() throws {
    let rie = try RIE(running: Program.conformance, handler: "commands")
    for number in 1...5 {
      #expect(try rie.invoke(#"{"action":"invocations"}"#).text == "\(number)")
    }
  }

  @Test func `fault 45: proxies named in the environment are not asked`() throws {
    let port = try ReservedPort()
    let dead = "http://127.0.0.1:\(port.number)"
    let names = [
      "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
    ]
    let rie = try RIE(
      running: Program.conformance, handler: "echo",
      variables: Dictionary(uniqueKeysWithValues: names.map { ($0, dead) }))
    #expect(try rie.invoke("[1]").text == "[1]")
    withExtendedLifetime(port) {}
  }

  @Test func `log records are lines of JSON that name the invocation`() throws {
    let rie = try RIE(
      running: Program.conformance, handler: "commands",
      variables: ["AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"])
    _ = try rie.invoke(#"{"action":"log","text":"two\nlines and a \" quote"}"#)
    #expect(rie.logs("two"))
    let line = try #require(rie.log.split(separator: "\n").first { $0.contains("lines and a") })
    let record = try JSON.decode([String: JSONValue].self, from: Array(line.utf8))
    #expect(record["message"] == .string("two\nlines and a \" quote"))
    #expect(record["level"] == .string("INFO"))
    guard case .string(let id) = record["requestId"] else {
      Issue.record("no request id in \(line)")
      return
    }
    #expect(rie.log.contains("START RequestId: \(id)"))
  }
}
