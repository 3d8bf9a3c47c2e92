internal import JSON

/// One worker's handler, whatever its protocol.
///
/// A class, because handlers need not be copyable and an existential of them would have to be.
protocol HandlerBox: AnyObject {
  /// Handles the invocation whose event stands in the session's connection, and answers it.
  func handle(
    _ invocation: Invocation, context: InvocationContext, session: inout RuntimeSession)
}

final class TypedHandlerBox<H: LambdaHandler & ~Copyable>: HandlerBox {
  private var handler: H

  init(_ handler: consuming H) {
    self.handler = handler
  }

  func handle(
    _ invocation: Invocation, context: InvocationContext, session: inout RuntimeSession
  ) {
    let output: [UInt8]
    do {
      let event = try session.decodeEvent(H.Event.self, of: invocation)
      output = try JSON.encode(try handler.handle(event, context: context))
    } catch {
      return session.postError(error, for: invocation, log: context.log)
    }
    session.postResponse(output, for: invocation, log: context.log)
  }
}

final class RawHandlerBox<H: RawLambdaHandler & ~Copyable>: HandlerBox {
  private var handler: H

  init(_ handler: consuming H) {
    self.handler = handler
  }

  func handle(
    _ invocation: Invocation, context: InvocationContext, session: inout RuntimeSession
  ) {
    let output: [UInt8]
    do {
      output = try session.withEvent(of: invocation) { event in
        try handler.handle(event, context: context)
      }
    } catch {
      return session.postError(error, for: invocation, log: context.log)
    }
    session.postResponse(output, for: invocation, log: context.log)
  }
}

final class StreamingHandlerBox<H: StreamingLambdaHandler & ~Copyable>: HandlerBox {
  private var handler: H

  init(_ handler: consuming H) {
    self.handler = handler
  }

  func handle(
    _ invocation: Invocation, context: InvocationContext, session: inout RuntimeSession
  ) {
    let event: H.Event
    do {
      event = try session.decodeEvent(H.Event.self, of: invocation)
    } catch {
      return session.postError(error, for: invocation, log: context.log)
    }
    session.postStream(for: invocation, log: context.log) { response in
      try handler.handle(event, context: context, response: &response)
    }
  }
}
