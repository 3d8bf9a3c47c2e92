internal import JSON

/// An event that EventBridge, or its Scheduler, sends to a function.
///
/// The format is described under "AWS service event metadata" in the Amazon EventBridge User Guide.
public struct EventBridgeEvent<Detail: Decodable & Sendable>: Decodable, Sendable {
  /// The event's id; two deliveries of one event share it.
  public let id: String?
  /// The sender, such as `aws.s3`.
  public let source: String
  /// The kind of event, such as `Object Created`.
  public let detailType: String
  /// The region the event comes from.
  public let region: String?
  /// The time of the event in ISO 8601.
  public let time: String?
  /// The ARNs of what the event is about, such as the rule or the schedule.
  public let resources: [String]
  /// The sender's own part.
  public let detail: Detail

  /// Decodes an event, with its detail given as an object or as a text that holds one.
  ///
  /// The Scheduler sends the text `"{}"` where a rule sends the object `{}`.
  public init(from decoder: any Decoder) throws {
    let event = try decoder.container(keyedBy: CodingKeys.self)
    id = try? event.decode(String.self, forKey: .id)
    source = try event.decodeNonEmpty(.source, "the event's source")
    detailType = try event.decodeNonEmpty(.detailType, "the event's detail type")
    region = try? event.decodeIfNotEmpty(.region)
    time = try? event.decodeIfNotEmpty(.time)
    resources = (try? event.decode([String].self, forKey: .resources)) ?? []
    guard let text = try? event.decode(String.self, forKey: .detail) else {
      detail = try event.decode(Detail.self, forKey: .detail)
      return
    }
    do {
      detail = try JSON.decode(Detail.self, from: Array((text.isEmpty ? "{}" : text).utf8))
    } catch {
      throw error.inside(event.codingPath + [CodingKeys.detail])
    }
  }

  private enum CodingKeys: String, CodingKey {
    case id, source, region, time, resources, detail
    case detailType = "detail-type"
  }
}
