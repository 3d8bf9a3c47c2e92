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
  /// The ARNs of the resources the event is about, such as the rule or the schedule.
  public let resources: [String]
  /// The part that the sender defines.
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

/// What a schedule sends: the caller's own input, however the schedule wraps it.
///
/// A rule or a schedule with a custom input sends just that input; one without sends an EventBridge
/// event whose detail is the object `{}`, or the text `"{}"` from the Scheduler; an invocation by
/// hand may send `{}` or `null`. All of them give an input, decoded from `{}` where there is none.
public struct ScheduledEvent<Input: Decodable & Sendable>: Decodable, Sendable {
  /// The input of the job.
  public let input: Input
  /// The time the schedule was due, in ISO 8601, if the event contains it.
  public let time: String?
  /// The ARN of the rule or schedule, if the event contains it.
  public let scheduleARN: String?

  /// Decodes any of the forms.
  public init(from decoder: any Decoder) throws {
    if try decoder.singleValueContainer().decodeNil() {
      input = try JSON.decode(Input.self, from: Array("{}".utf8))
      (time, scheduleARN) = (nil, nil)
      return
    }
    let keys = try decoder.container(keyedBy: EnvelopeKeys.self)
    guard keys.contains(.source), keys.contains(.detailType) else {
      input = try Input(from: decoder)
      (time, scheduleARN) = (nil, nil)
      return
    }
    if keys.contains(.detail), try !keys.decodeNil(forKey: .detail) {
      let event = try EventBridgeEvent<Input>(from: decoder)
      (input, time, scheduleARN) = (event.detail, event.time, event.resources.first)
      return
    }
    input = try JSON.decode(Input.self, from: Array("{}".utf8))
    time = try? keys.decodeIfNotEmpty(.time)
    scheduleARN = (try? keys.decode([String].self, forKey: .resources))?.first
  }

  private enum EnvelopeKeys: String, CodingKey {
    case source, detail, time, resources
    case detailType = "detail-type"
  }
}
