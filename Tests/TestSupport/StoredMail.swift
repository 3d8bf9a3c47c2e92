internal import HTTP
internal import JSON

/// One email as moto stored it; of two bodies it keeps the HTML.
public struct StoredMail: Decodable, Sendable {
  /// The identifier that moto gave it.
  public let id: String
  /// The sender.
  public let source: String
  /// The subject.
  public let subject: String
  /// The body.
  public let body: String
  /// The recipients by kind, such as `ToAddresses`.
  public let destinations: [String: [String]]

  /// All that a moto server holds.
  public static func all(at endpoint: String) throws -> [StoredMail] {
    struct State: Decodable {
      struct SES: Decodable { let Message: [StoredMail] }
      let ses: SES
    }
    var http = try HTTPClient()
    let request = HTTPRequest(url: "\(endpoint)/moto-api/data.json")
    // moto fails to tell its state while another test changes it.
    for _ in 0..<20 {
      let answer = try http.send(request, timeout: .seconds(20), bodyLimit: 256 << 20)
      guard answer.status == 200 else { continue }
      return try JSON.decode(State.self, from: answer.body).ses.Message
    }
    throw Silent()
  }

  private struct Silent: Error {}
}
