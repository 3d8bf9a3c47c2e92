locals {
  names = [for name in ["csv-load", "job-ingest", "api"] : "${var.stack_name}-${name}"]
  right = { yAxis = "right" }

  # Title, statistic and metrics, two to a line.
  widgets = [
    ["Records", "Sum", [for metric, label in { RecordsRead = "read", RecordsRejected = "rejected" } : [{
      expression = "SEARCH('{Sluice,FunctionName,Table} FunctionName=\"${var.stack_name}-csv-load\" MetricName=\"${metric}\"', 'Sum', 300)"
      label      = label
    }]]],
    ["Waiting files", "Maximum", [
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${var.stack_name}-queue"],
      ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "${var.stack_name}-queue", local.right],
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${var.stack_name}-dead-letters"],
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${var.stack_name}-ingest-dead-letters"],
    ]],
    ["Invocations and errors", "Sum", concat(
      [for name in local.names : ["AWS/Lambda", "Invocations", "FunctionName", name]],
      [for name in local.names : ["AWS/Lambda", "Errors", "FunctionName", name, local.right]],
    )],
    ["Duration, 99th percentile", "p99", [
      for name in local.names : ["AWS/Lambda", "Duration", "FunctionName", name]
    ]],
    ["HTTP API", "Sum", concat(
      [for metric in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", metric, "ApiId", aws_apigatewayv2_api.http_api.id]],
      [["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.http_api.id, { stat = "p99", yAxis = "right" }]],
    )],
    ["Postings, and the database", "Maximum", concat(
      [for metric in ["PostingsFound", "PostingsChanged", "PostingsRejected"] : ["Sluice", metric, "FunctionName", "${var.stack_name}-job-ingest"]],
      [for metric in ["ServerlessDatabaseCapacity", "DatabaseConnections"] : ["AWS/RDS", metric, "DBClusterIdentifier", var.stack_name, local.right]],
    )],
  ]
}

resource "aws_cloudwatch_dashboard" "dashboard" {
  dashboard_name = "${var.stack_name}-${local.region}"

  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = index % 2 * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = widget[0]
        region  = local.region
        stat    = widget[1]
        period  = 300
        metrics = widget[2]
      }
    }]
  })
}
