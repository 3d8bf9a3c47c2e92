import System
import Testing

@Suite struct `Steady clock` {
  @Test func `time goes on and adds up`() {
    let start = Instant.now
    #expect(start <= Instant.now)
    #expect(start < start + .nanoseconds(1))
    #expect(start.duration(to: start + .seconds(3)) == .seconds(3))
    #expect(start - (start + .milliseconds(5)) == .milliseconds(-5))
  }

  @Test func `it counts what Swift's clock counts`() {
    let (ours, theirs) = (Instant.now, ContinuousClock.now)
    while ContinuousClock.now - theirs < .milliseconds(20) {}
    #expect(Instant.now - ours >= .milliseconds(20))
  }
}
