locals {
  # What each function does of its own; every statement is one that the code or Lambda itself needs.
  statements = {
    "csv-load" = [
      {
        Sid      = "Read"
        Action   = ["s3:GetObject", "s3:GetObjectVersion"]
        Resource = "${local.bucket_arn}/uploads/*"
      },
      # So that S3 says of an object that is gone that it is missing, and not denied.
      { Sid = "Missing", Action = ["s3:ListBucket"], Resource = local.bucket_arn },
      {
        Sid      = "Rejects"
        Action   = ["s3:PutObject", "s3:AbortMultipartUpload"]
        Resource = "${local.bucket_arn}/rejected/*"
      },
      # The calls of Lambda's poller.
      {
        Sid      = "Source"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.queue.arn
      },
    ]

    "job-ingest" = [
      # Lambda's own call, when the last attempt failed.
      {
        Sid      = "Failures"
        Action   = ["sqs:SendMessage"]
        Resource = aws_sqs_queue.ingest_dead_letters.arn
      },
    ]

    "api" = [
      # Rejected records of files that waited for rows posted here.
      {
        Sid      = "Rejects"
        Action   = ["s3:PutObject", "s3:AbortMultipartUpload"]
        Resource = "${local.bucket_arn}/rejected/*"
      },
      # The forms may do no more than who made them.
      { Sid = "Upload", Action = ["s3:PutObject"], Resource = "${local.bucket_arn}/uploads/*" },
      {
        Sid      = "Backups"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]
        Resource = "${local.bucket_arn}/backups/*"
      },
      # So that S3 says of a backup that is gone that it is missing, and not denied.
      { Sid = "Missing", Action = ["s3:ListBucket"], Resource = local.bucket_arn },
      { Sid = "Replay", Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.queue.arn },
    ]
  }

  # Lambda's own calls, which know no smaller resource.
  network_actions = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
  ]
}

resource "aws_iam_role" "function" {
  for_each = local.sizes

  name = "${var.stack_name}-${each.key}-${local.region}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.sizes

  name = "own"
  role = aws_iam_role.function[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${local.log_groups}:/aws/lambda/${var.stack_name}-${each.key}:*"
      }],
      [for statement in local.statements[each.key] : merge(statement, { Effect = "Allow" })],
    )
  })
}

resource "aws_iam_role_policy" "network" {
  #checkov:skip=CKV_AWS_290:Lambda's own calls know no smaller resource, and are denied to the function itself
  #checkov:skip=CKV_AWS_355:As above
  for_each = local.uses_vpc ? local.sizes : {}

  name = "network"
  role = aws_iam_role.function[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Network", Effect = "Allow", Action = local.network_actions, Resource = "*" },
      # The same is none of the function's own business.
      {
        Sid      = "NetworkOfLambdaOnly"
        Effect   = "Deny"
        Action   = local.network_actions
        Resource = "*"
        Condition = {
          ArnEquals = {
            "lambda:SourceFunctionArn" = "${local.functions}:${var.stack_name}-${each.key}"
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "database_secret" {
  for_each = local.uses_secret ? local.sizes : {}

  name = "database-secret"
  role = aws_iam_role.function[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "DatabaseSecret"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = local.secret_arn
    }]
  })
}

resource "aws_iam_role_policy" "database_login" {
  for_each = var.database_iam_auth ? local.sizes : {}

  name = "database-login"
  role = aws_iam_role.function[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "DatabaseLogin"
      Effect   = "Allow"
      Action   = "rds-db:connect"
      Resource = "arn:${local.partition}:rds-db:${local.region}:${local.account}:dbuser:${local.database_resource_id}/${var.database_user}"
    }]
  })
}

resource "aws_iam_role_policy" "reports" {
  count = local.reports ? 1 : 0

  name = "reports"
  role = aws_iam_role.function["job-ingest"].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # Whom a report goes to counts as a resource while the account is in SES's sandbox, and so does
      # the configuration set that the sender has by default, if it has one.
      Sid    = "Reports"
      Effect = "Allow"
      Action = "ses:SendEmail"
      Resource = [
        "arn:${local.partition}:ses:${local.region}:${local.account}:identity/*",
        "arn:${local.partition}:ses:${local.region}:${local.account}:configuration-set/*",
      ]
      Condition = { StringEquals = { "ses:FromAddress" = var.report_email_from } }
    }]
  })
}
