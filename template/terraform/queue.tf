resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.stack_name}-dead-letters"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "queue" {
  name                      = "${var.stack_name}-queue"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
  # Six times the function's timeout, so that no message comes back while it is worked on.
  visibility_timeout_seconds = var.load_timeout * 6

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "queue" {
  queue_url = aws_sqs_queue.queue.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "NotificationsOfTheBucket"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.queue.arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = local.bucket_arn }
        }
      },
      {
        Sid       = "EncryptedConnectionsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.queue.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sqs_queue" "ingest_dead_letters" {
  name                      = "${var.stack_name}-ingest-dead-letters"
  sqs_managed_sse_enabled   = true
  message_retention_seconds = 1209600
}
