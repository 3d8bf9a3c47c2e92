import API
import FeatureRigs
import JSON
import LambdaRuntime
import TestSupport
import Testing

/// The dashboard and the documentation's page, as they come from files and without a database.
@Suite struct Pages {
  private static func variables(_ more: [String: String] = [:]) -> EnvironmentVariables {
    EnvironmentVariables(
      [
        "SLUICE_DATAPACKAGE": Checkout.dataPackage, "LAMBDA_TASK_ROOT": Checkout.template,
        "DATABASE_URL": "postgresql:///none?host=/nowhere", "AWS_REGION": "eu-central-1",
      ].merging(more) { _, new in new })
  }

  private static func get(
    _ path: String, _ more: [String: String] = [:]
  ) throws -> (status: Int, headers: JSONValue, body: String) {
    try APIRig.call(path, variables: variables(more))
  }

  @Test(arguments: [
    ("/", "text/html"), ("/docs", "text/html"), ("/docs/", "text/html"),
    ("/assets/app.js", "text/javascript"), ("/assets/app.css", "text/css"),
    ("/docs/docs.js", "text/javascript"), ("/assets/icon.svg", "image/svg+xml"),
  ])
  func `each file has its type`(path: String, type: String) throws {
    let answer = try Self.get(path)
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == .string("\(type); charset=utf-8"))
    #expect(answer.headers["x-content-type-options"] == .string("nosniff"))
    #expect(!answer.body.isEmpty)
  }

  @Test(arguments: [
    "none.js", "..", ".", "../index.html", "..%2Findex.html", "..%2f..%2fdatapackage.json",
    "%2e%2e%2fdatapackage.json", "%2Fetc%2Fpasswd", ".hidden.js", "app", "app.exe", "APP.JS",
    "a%00.js", "app.js%00.css", "index.html",
  ])
  func `no name leads out of the folder of assets`(name: String) throws {
    for folder in ["assets", "docs"] {
      let answer = try Self.get("/\(folder)/\(name)")
      #expect([400, 404].contains(answer.status))
      #expect(answer.headers["content-type"] == .string("application/problem+json"))
    }
  }

  @Test func `pages that were not put together are missing with a word on how`() throws {
    let answer = try Self.get("/", ["LAMBDA_TASK_ROOT": "/nowhere"])
    #expect(answer.status == 404 && answer.body.contains("scripts/package"))
  }

  @Test func `pages run nothing but their own files and send to nothing but API and bucket`() throws
  {
    for path in ["/", "/docs"] {
      let answer = try Self.get(path)
      let policy = try #require(answer.headers["content-security-policy"]?.string)
      #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"))
      #expect(!policy.contains("unsafe") && policy.contains("connect-src 'self';"))
      // What the policy forbids would not work either.
      for forbidden in ["<script>", "<style", "style=", "onclick=", "http:", "https:"] {
        #expect(!answer.body.contains(forbidden), "\(path)")
      }
    }
    for (bucket, origin) in [
      ("uploads", "https://uploads.s3.eu-central-1.amazonaws.com"),
      ("up.loads", "https://s3.eu-central-1.amazonaws.com"),
    ] {
      let policy = try Self.get("/", ["SLUICE_BUCKETS": bucket]).headers["content-security-policy"]
      #expect(policy?.string?.contains("connect-src 'self' \(origin);") == true)
    }
  }

  @Test(arguments: [("dev", "/dev"), ("dev", "/dev/"), ("dev", "/dev/docs/")])
  func `what pages load is found below the stage`(stage: String, path: String) throws {
    let answer = try APIRig.send(
      """
      {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":"","headers":{},
      "requestContext":{"http":{"method":"GET","path":"\(path)"},"stage":"\(stage)",
      "requestId":"r"},"isBase64Encoded":false}
      """, variables: Self.variables())
    #expect(answer.status == 200 && answer.body.contains("<base href=\"/dev/\">"))
  }

  @Test func `files without a version in their names are asked for again`() throws {
    let answer = try Self.get("/assets/app.js")
    #expect(answer.headers["cache-control"] == .string("public, no-cache"))
    #expect(answer.headers["etag"]?.string?.hasPrefix("W/") == true)
  }
}
