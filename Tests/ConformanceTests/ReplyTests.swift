import JSON
import TestSupport
import Testing

/// What is answered, byte for byte, under the emulator's classic mode.
@Suite(.enabled(if: RIE.executable != nil, "\(Program.needsRIE)"))
struct ReplyTests {
  @Test(arguments: ["{}", "null", #""é\n🛶""#, " [1, 2.50, 1e3]\n", "not JSON"])
  func `a raw event comes back byte for byte`(event: String) throws {
    let rie = try RIE(running: Program.conformance, handler: "echo")
    let answer = try rie.invoke(event)
    #expect(answer.status == 200)
    #expect(answer.text == event)
  }

  @Test func `a decoded event comes back as the same value`() throws {
    let rie = try RIE(running: Program.conformance, handler: "typed-echo")
    let event = #"{"text":"a/b \"c\" é\n","list":[1,2.5,true,null],"deep":{"er":{}}}"#
    let answer = try rie.invoke(event)
    let sent = try JSON.decode(JSONValue.self, from: Array(event.utf8))
    #expect(try JSON.decode(JSONValue.self, from: answer.body) == sent)
  }

  @Test func `an event that is no JSON is an error of the caller and not the end`() throws {
    let rie = try RIE(running: Program.conformance, handler: "typed-echo")
    #expect(try ErrorBody(rie.invoke(#"{"a": 1"#).body).errorType == "Function.InvalidEvent")
    #expect(try rie.invoke("[1]").text == "[1]")
  }

  @Test(arguments: [1, 100_000, 1_000_000, 5_000_000])
  func `an event of any size comes back whole`(size: Int) throws {
    let rie = try RIE(running: Program.conformance, handler: "echo")
    let event = "\"" + String(repeating: "0123456789abcdef", count: size / 16 + 1) + "\""
    #expect(try rie.invoke(event).text == event)
  }

  @Test func `fault 3: a reply over the limit is an error and the next one is normal`() throws {
    let rie = try RIE(running: Program.conformance, handler: "sized")
    let answer = try rie.invoke(#"{"size":7340032}"#)
    let error = try JSON.decode([String: JSONValue].self, from: answer.body)
    #expect(error["errorType"] == .string("Function.ResponseSizeTooLarge"))
    #expect(rie.logs("ResponseSizeTooLarge"))
    #expect(try rie.invoke(#"{"size":10}"#).text == #""xxxxxxxx""#)
  }

  @Test(arguments: [(6_291_555, true), (6_291_556, true), (6_291_557, false)])
  func `fault 3: the limit is exactly 6291556 bytes`(size: Int, fits: Bool) throws {
    let rie = try RIE(running: Program.conformance, handler: "sized")
    let answer = try rie.invoke(#"{"size":\#(size)}"#)
    #expect((answer.body.count == size) == fits)
    #expect(answer.text.prefix(300).contains("ResponseSizeTooLarge") == !fits)
    #expect(try rie.invoke(#"{"size":4}"#).text == #""xx""#)
  }

  @Test func `a stream reaches the caller whole`() throws {
    let rie = try RIE(running: Program.conformance, handler: "stream")
    #expect(try rie.invoke(#"{"pieces":3}"#).text == "piece 0\npiece 1\npiece 2\n")
    #expect(try rie.invoke(#"{"pieces":0}"#).body.isEmpty)
    #expect(try rie.invoke(#"{"pieces":100,"pieceSize":50000}"#).body.count == 5_000_000)
  }

  @Test func `a streamed HTTP answer begins with its head and eight zero bytes`() throws {
    let rie = try RIE(running: Program.conformance, handler: "stream")
    let body = try rie.invoke(#"{"pieces":1,"isHTTP":true}"#).body
    let zeros = try #require(body.firstIndex(of: 0))
    let head = try JSON.decode(JSONValue.self, from: Array(body[..<zeros]))
    #expect(
      head
        == .object([
          "statusCode": .integer(201), "headers": .object(["Content-Type": .string("text/csv")]),
          "cookies": .array([.string("a=1"), .string("b=2")]),
        ]))
    #expect(Array(body[zeros...]) == [UInt8](repeating: 0, count: 8) + Array("piece 0\n".utf8))
  }
}
