locals {
  # Names as of CloudWatch's own metrics; "by" are the dimensions.
  alarms = merge(
    {
      "dead-letters" = {
        about  = "Files that could not be loaded five times wait in the dead-letter queue"
        metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum"]
        by     = { QueueName = aws_sqs_queue.dead_letters.name }
      }
      "ingest-dead-letters" = {
        about  = "An ingestion failed each time it was tried"
        metric = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum"]
        by     = { QueueName = aws_sqs_queue.ingest_dead_letters.name }
      }
      "oldest-message" = {
        about  = "A file has waited for an hour to be loaded"
        metric = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum"]
        by     = { QueueName = aws_sqs_queue.queue.name }
        above  = 3600
      }
      "http-api-failures" = {
        about  = "One call in twenty to the HTTP API failed on our side"
        metric = ["AWS/ApiGateway", "5xx", "Average"]
        by     = { ApiId = aws_apigatewayv2_api.http_api.id }
        above  = 0.05
      }
      "failed-loads" = {
        about  = "A file was refused as a whole; GET /loads?status=failed says why"
        metric = [var.stack_name, "FailedLoads", "Sum"]
        by     = {}
      }
    },
    { for name, size in local.sizes : "${name}-errors" => {
      about  = "${name} failed, or was out of time or memory"
      metric = ["AWS/Lambda", "Errors", "Sum"]
      by = {
        FunctionName = "${var.stack_name}-${name}"
        Resource     = "${var.stack_name}-${name}:live"
      }
      period = 60
    } },
    { for name, size in local.sizes : "${name}-throttles" => {
      about  = "${name} was not run because too many run already"
      metric = ["AWS/Lambda", "Throttles", "Sum"]
      by     = { FunctionName = "${var.stack_name}-${name}" }
    } },
    { for name, size in local.sizes : "${name}-duration" => {
      about  = "${name} took nine tenths of the time it has"
      metric = ["AWS/Lambda", "Duration", "Maximum"]
      by     = { FunctionName = "${var.stack_name}-${name}" }
      above  = size.timeout * 900
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  for_each = local.alarms

  alarm_name          = "${var.stack_name}-${each.key}"
  alarm_description   = each.value.about
  alarm_actions       = [aws_sns_topic.alarms.arn]
  namespace           = each.value.metric[0]
  metric_name         = each.value.metric[1]
  statistic           = each.value.metric[2]
  dimensions          = each.value.by
  period              = lookup(each.value, "period", 300)
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = lookup(each.value, "above", 0)
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "rejects" {
  alarm_name        = "${var.stack_name}-rejects"
  alarm_description = "Records were rejected; they are listed in sluice.rejects and under rejected/"
  alarm_actions     = [aws_sns_topic.alarms.arn]

  # The sum over all tables, of which there may be more tomorrow.
  metric_query {
    id          = "rejects"
    expression  = "SELECT SUM(RecordsRejected) FROM SCHEMA(Sluice, FunctionName, \"Table\") WHERE FunctionName = '${var.stack_name}-csv-load'"
    period      = 300
    return_data = true
  }

  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.rejects_alarm_threshold
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "missed_ingest" {
  count = local.is_scheduled ? 1 : 0

  alarm_name          = "${var.stack_name}-missed-ingest"
  alarm_description   = "No ingestion has run for as long as IngestMissedHours says"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  statistic           = "Sum"
  dimensions          = { FunctionName = "${var.stack_name}-job-ingest" }
  period              = 3600
  evaluation_periods  = var.ingest_missed_hours
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
}

# Such a load is recorded and acknowledged, so that no queue and no error tells of it.
resource "aws_cloudwatch_log_metric_filter" "failed_loads" {
  name           = "failed-loads"
  log_group_name = aws_cloudwatch_log_group.function["csv-load"].name
  pattern        = "{ $.message = \"Load failed\" }"

  metric_transformation {
    namespace     = var.stack_name
    name          = "FailedLoads"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:Alarms cannot publish to a topic under the key of SNS, and a key of one's own costs more than all alarms
  name = "${var.stack_name}-alarms"
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsAndTheBudget"
      Effect    = "Allow"
      Principal = { Service = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_budgets_budget" "monthly" {
  count = var.monthly_budget > 0 ? 1 : 0

  # Names of budgets and dashboards are the account's, in all regions.
  name         = "${var.stack_name}-monthly-${local.region}"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget)
  limit_unit   = "USD"

  notification {
    notification_type         = "FORECASTED"
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
  }

  notification {
    notification_type         = "ACTUAL"
    comparison_operator       = "GREATER_THAN"
    threshold                 = 80
    threshold_type            = "PERCENTAGE"
    subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
  }

  # Without which the topic takes nothing from it.
  depends_on = [aws_sns_topic_policy.alarms]
}
