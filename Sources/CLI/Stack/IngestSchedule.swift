import JSON
package import System

/// Sends `job-ingest` the event of an EventBridge schedule, at once and then as often as asked.
///
/// A run that takes longer than the interval lets the times it missed pass.
package final class IngestSchedule: Sendable {
  private let work: BackgroundWork

  package init(
    every interval: Duration, handler: InvocationQueue, isQuiet: Flag
  ) throws(CommandError) {
    work = try BackgroundWork { stopping in
      var due = ContinuousClock.now
      repeat {
        Self.invoke(handler, isQuiet: isQuiet.isSet)
        repeat { due += interval } while due < .now
      } while !stopping.wait(atMost: ContinuousClock.now.duration(to: due))
    }
  }

  /// Ends the schedule; a run under way ends when its queue is closed.
  package func stop() { work.stop() }

  /// The event of a schedule without an input of its own.
  ///
  /// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
  package static func event(id: String, time: WallClock) -> [UInt8] {
    let arn = "arn:aws:scheduler:\(LocalAWS.region):000000000000:schedule/default/sluice-job-ingest"
    // The detail is text, as the Scheduler sends it; EventBridge's rules send an object.
    let event = """
      {"version":"0","id":"\(id)","detail-type":"Scheduled Event","source":"aws.scheduler",\
      "account":"000000000000","time":"\(time.iso8601)","region":"\(LocalAWS.region)",\
      "resources":["\(arn)"],"detail":"{}"}
      """
    return Array(event.utf8)
  }

  private static func invoke(_ handler: InvocationQueue, isQuiet: Bool) {
    let event = event(id: RandomID.uuid(), time: .now)
    switch handler.outcome(of: QueuedInvocation(event: event)) {
    case .response(let response):
      guard !isQuiet, let answer = try? JSON.decode(JSONValue.self, from: response.body) else {
        return
      }
      for search in IngestSummary(answer).searches {
        Console.print("\(search.search): \(search.status), \(search.line)")
      }
    case .failure(let failure):
      if failure.type != InvocationFailure.stoppedType {
        Console.note("job-ingest failed: \(failure.line)")
      }
    }
  }
}
