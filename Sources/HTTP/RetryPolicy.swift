internal import System

/// Says how often a request is sent again, and how long to wait before.
public struct RetryPolicy: Sendable {
  /// How often a request is sent at most, the first time included.
  public var attempts: Int
  /// The longest wait before the second attempt; it doubles with each one.
  public var baseDelay: Duration
  /// What the wait never exceeds, unless the server asks for more.
  public var maximumDelay: Duration

  /// Makes a policy.
  public init(attempts: Int, baseDelay: Duration, maximumDelay: Duration) {
    self.attempts = attempts
    self.baseDelay = baseDelay
    self.maximumDelay = maximumDelay
  }

  /// Sends once.
  public static let never = RetryPolicy(attempts: 1, baseDelay: .zero, maximumDelay: .zero)

  /// Sends up to four times, after up to 0.1, 0.2 and 0.4 seconds.
  public static let standard = RetryPolicy(
    attempts: 4, baseDelay: .milliseconds(100), maximumDelay: .seconds(5))
}

/// Keeps the count and the time of the attempts of one call.
public struct RetrySchedule: Sendable {
  private let policy: RetryPolicy
  private let deadline: Instant
  private var attempt = 1

  /// Starts the first attempt of a call that may take some time in all.
  public init(_ policy: RetryPolicy, within limit: Duration) {
    self.policy = policy
    self.deadline = .now + limit
  }

  /// What is left of the call's time; negative when it has run out.
  public var remaining: Duration { Instant.now.duration(to: deadline) }

  /// Waits until the next attempt may start, and says whether there is one.
  ///
  /// The wait is drawn evenly from zero to the policy's limit ("full jitter"), so that many
  /// workers which failed together do not come back together.
  ///
  /// When the server asked for more than the time left, there is no next attempt and no wait.
  public mutating func waitForNextAttempt(retryAfter: Duration? = nil) -> Bool {
    guard attempt < policy.attempts else { return false }
    let limit = min(policy.maximumDelay, policy.baseDelay * (1 << min(attempt - 1, 16)))
    let delay = max(retryAfter ?? .zero, limit * Double.random(in: 0...1))
    guard delay < remaining else { return false }
    attempt += 1
    delay.sleep()
    return true
  }
}
