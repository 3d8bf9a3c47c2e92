import API
import JSON
import LambdaRuntime
import TestSupport
import Testing

/// Users made by invoking `api` directly, where no terminal reaches the database.
@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Changes of users` {
  private static func change(_ text: String) throws -> UserChange {
    let event = try JSON.decode(APIEvent.self, from: Array(text.utf8))
    guard case .users(let change) = event else { throw InvalidEvent("this is a call") }
    return change
  }

  private static let add = #"""
    {"users": "add", "name": "ada", "role": "admin", "password": "\#(AccountRig.password)"}
    """#

  @Test func `a user is added, disabled and let in again`() throws {
    var rig = try AccountRig()
    let answer = try Self.change(Self.add).run(variables: rig.variables)
    #expect(String(decoding: answer, as: UTF8.self) == #"{"users":"add","name":"ada"}"#)
    let login = try rig.login("ada")
    #expect(login.json["role"]?.string == "admin")
    let token = try #require(login.json["token"]?.string)
    _ = try Self.change(#"{"users": "disable", "name": "ada"}"#).run(variables: rig.variables)
    #expect(try rig.call("GET", "/tables", token: token).status == 401)
    _ = try Self.change(#"{"users": "enable", "name": "ada"}"#).run(variables: rig.variables)
    let password = #"{"users": "password", "name": "ada", "password": "another long one"}"#
    _ = try Self.change(password).run(variables: rig.variables)
    #expect(try rig.login("ada").status == 401)
    #expect(try rig.login("ada", "another long one").status == 200)
  }

  @Test(arguments: [
    (#"{"users": "add", "name": "Ada", "password": "long enough, that"}"#, "a name has"),
    (#"{"users": "add", "name": "ada", "password": "short"}"#, "a password has"),
    (#"{"users": "add", "name": "ada"}"#, "a password has"),
    (
      #"{"users": "add", "name": "ada", "role": "king", "password": "long enough, that"}"#,
      "no role"
    ),
    (#"{"users": "disable", "name": "nobody"}"#, "there is no user nobody"),
    (#"{"users": "drop", "name": "ada"}"#, "users is"),
  ])
  func `what cannot be done is refused with its reason`(event: String, reason: String) throws {
    var rig = try AccountRig()
    try rig.add("bob")
    let change = try Self.change(event)
    let error = #expect(throws: (any Error).self) { try change.run(variables: rig.variables) }
    let message = try #require(error as? any FunctionError).message
    #expect(message.contains(reason), "\(message)")
    #expect(try rig.database.value("SELECT string_agg(name, ',') FROM sluice.users") == "bob")
  }

  @Test func `what comes through a front door is a call, whatever its body holds`() throws {
    let call = try AccountRig.event("POST", "/login", body: Self.add)
    for event in [call, #"{"users": "add","# + call.dropFirst()] {
      guard case .call = try JSON.decode(APIEvent.self, from: Array(event.utf8)) else {
        Issue.record("taken for a change: \(event)")
        continue
      }
    }
  }

  @Test func `fault 46: a change does not show its password`() throws {
    let change = try Self.change(Self.add)
    var dumped = ""
    dump(change, to: &dumped)
    for text in ["\(change)", String(reflecting: change), dumped] {
      #expect(!text.contains(AccountRig.password), "\(text)")
    }
  }
}
