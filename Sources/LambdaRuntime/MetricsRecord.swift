internal import JSON

/// A line in CloudWatch's embedded metric format.
struct MetricsRecord {
  let namespace: String
  let dimensions: KeyValuePairs<String, String>
  let values: [Metric]
  let requestID: String?

  /// The record as one line, its newline included.
  func line(at time: WallClock) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("_aws")
    writeDirective(to: &writer, at: time)
    for (name, value) in dimensions {
      writer.key(name)
      writer.string(value)
    }
    for metric in values {
      writer.key(metric.name)
      writer.number(metric.value)
    }
    if let requestID {
      writer.key("requestId")
      writer.string(requestID)
    }
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private func writeDirective(to writer: inout JSONWriter, at time: WallClock) {
    writer.beginObject()
    writer.key("Timestamp")
    writer.integer(time.milliseconds)
    writer.key("CloudWatchMetrics")
    writer.beginArray()
    writer.beginObject()
    writer.key("Namespace")
    writer.string(namespace)
    writer.key("Dimensions")
    writer.beginArray()
    writer.beginArray()
    for (name, _) in dimensions { writer.string(name) }
    writer.endArray()
    writer.endArray()
    writer.key("Metrics")
    writer.beginArray()
    for metric in values {
      writer.beginObject()
      writer.key("Name")
      writer.string(metric.name)
      writer.key("Unit")
      writer.string(metric.unit.rawValue)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    writer.endArray()
    writer.endObject()
  }
}
