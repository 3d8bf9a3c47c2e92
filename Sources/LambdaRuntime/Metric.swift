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
