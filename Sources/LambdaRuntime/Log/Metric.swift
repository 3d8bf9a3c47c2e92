internal import JSON
internal import System

/// One figure for CloudWatch.
public struct Metric: Sendable, Equatable {
  /// The units the metrics of this project have, by CloudWatch's names.
  public enum Unit: String, Sendable {
    /// A number of things.
    case count = "Count"
    /// Bytes.
    case bytes = "Bytes"
    /// Seconds.
    case seconds = "Seconds"
    /// Thousandths of a second.
    case milliseconds = "Milliseconds"
    /// Hundredths of a whole.
    case percent = "Percent"
    /// A figure that has no unit.
    case none = "None"
  }

  /// The name of the metric.
  public let name: String
  /// The figure.
  public let value: Double
  /// What the figure counts.
  public let unit: Unit

  /// Creates a figure.
  public init(_ name: String, _ value: Double, _ unit: Unit = .count) {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

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
    for (name, value) in dimensions { writer.member(name, value) }
    for metric in values {
      writer.key(metric.name)
      writer.number(metric.value)
    }
    if let requestID { writer.member("requestId", requestID) }
    writer.endObject()
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private func writeDirective(to writer: inout JSONWriter, at time: WallClock) {
    writer.beginObject()
    writer.member("Timestamp", time.milliseconds)
    writer.key("CloudWatchMetrics")
    writer.beginArray()
    writer.beginObject()
    writer.member("Namespace", namespace)
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
      writer.member("Name", metric.name)
      writer.member("Unit", metric.unit.rawValue)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    writer.endArray()
    writer.endObject()
  }
}
