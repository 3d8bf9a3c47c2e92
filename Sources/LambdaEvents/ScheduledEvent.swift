internal import JSON

/// What a schedule sends: the caller's own input, however the schedule wraps it.
///
/// A rule or a schedule with a custom input sends just that input; one without sends an EventBridge
/// event whose detail is the object `{}`, or the text `"{}"` from the Scheduler; an invocation by
/// hand may send `{}` or `null`. All of them give an input, decoded from `{}` where there is none.
public struct ScheduledEvent<Input: Decodable & Sendable>: Decodable, Sendable {
  /// What the job is to do.
  public let input: Input
  /// The time the schedule was due, in ISO 8601, when the event tells it.
  public let time: String?
  /// The ARN of the rule or schedule, when the event tells it.
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
