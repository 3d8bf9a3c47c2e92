resource "aws_scheduler_schedule" "ingest" {
  #checkov:skip=CKV_AWS_297:Its only input is that it is time
  name                = "${var.stack_name}-ingest"
  description         = "Ingests the postings of the saved searches"
  schedule_expression = var.ingest_schedule_expression
  state               = local.is_scheduled ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_alias.live["job-ingest"].arn
    role_arn = aws_iam_role.ingest_schedule.arn

    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 3600
    }

    dead_letter_config {
      arn = aws_sqs_queue.ingest_dead_letters.arn
    }
  }

  # A rate's first run is at once, and a database is minutes in the making.
  depends_on = [aws_rds_cluster_instance.database]
}

resource "aws_iam_role" "ingest_schedule" {
  name = "${var.stack_name}-ingest-schedule-${local.region}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "ingest_schedule" {
  name = "own"
  role = aws_iam_role.ingest_schedule.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Invoke"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "${local.functions}:${var.stack_name}-job-ingest:live"
      },
      {
        Sid      = "Failures"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.ingest_dead_letters.arn
      },
    ]
  })
}
