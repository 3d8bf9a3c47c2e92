locals {
  # What every function gets; null is left out.
  database_variables = {
    DATABASE_URL        = var.database_url == "" ? null : var.database_url
    DATABASE_SECRET_ARN = local.uses_secret ? local.secret_arn : null
    DATABASE_IAM_AUTH   = var.database_iam_auth ? "1" : null
    # A secret that RDS rotates holds a user and a password, and no address.
    PGHOST     = local.makes_database ? aws_rds_cluster.database[0].endpoint : null
    PGPORT     = local.makes_database ? tostring(var.database_port) : null
    PGDATABASE = local.makes_database ? "sluice" : null
    PGUSER     = var.database_iam_auth ? var.database_user : null
    # RDS's authorities are in no public bundle; scripts/package puts them beside bootstrap.
    PGSSLROOTCERT = (
      var.database_ca_file != "" ? var.database_ca_file :
      local.makes_database ? "/var/task/rds-ca.pem" : null
    )
    # The usual name of this service has an IPv4 address alone; those of S3 (by its gateway) and
    # SQS (which has both) are reached as they are.
    AWS_ENDPOINT_URL_SECRETS_MANAGER = (
      local.uses_ipv6 ? "https://secretsmanager.${local.region}.api.aws" : null
    )
  }

  search_variables = {
    USAJOBS_API_KEY = local.ingests ? var.usajobs_api_key : null
    USAJOBS_EMAIL   = local.ingests ? var.usajobs_email : null
  }

  variables = {
    "csv-load" = merge(local.database_variables, {
      SLUICE_BUCKETS = local.bucket
    })

    "job-ingest" = merge(local.database_variables, local.search_variables, {
      REPORT_EMAIL_FROM      = local.reports ? var.report_email_from : null
      REPORT_EMAIL_TO        = local.reports ? var.report_email_to : null
      AWS_ENDPOINT_URL_SESV2 = local.uses_ipv6 ? "https://email.${local.region}.api.aws" : null
    })

    "api" = merge(local.database_variables, local.search_variables, {
      SLUICE_BUCKETS    = local.bucket
      SLUICE_QUEUE_URL  = aws_sqs_queue.queue.url
      BACKUP_RETENTION  = tostring(var.backup_retention)
      API_ACCESS        = var.api_access
      API_REGISTRATION  = var.api_registration
      API_SESSION_HOURS = tostring(var.api_session_hours)
      API_CORS_ORIGINS  = var.api_cors_origins == "" ? null : var.api_cors_origins
      # As the Function URL; calls by the HTTP API are told apart and answered whole.
      API_FUNCTION_URL = "stream"
    })
  }

  sizes = {
    "csv-load"   = { memory = var.load_memory, timeout = var.load_timeout, reserved = -1 }
    "job-ingest" = { memory = 512, timeout = 900, reserved = local.ingest_reserved }
    "api"        = { memory = 512, timeout = 29, reserved = -1 }
  }

  ingest_reserved = var.ingest_reserved_concurrency == "none" ? -1 : 1
}

resource "aws_lambda_function" "function" {
  #checkov:skip=CKV_AWS_50:The functions send no segments; each log record has the trace id
  #checkov:skip=CKV_AWS_272:The package is made and deployed by one account; a signing profile would be its owner's
  #checkov:skip=CKV_AWS_117:In a VPC where the database is in one
  for_each = local.sizes

  function_name                  = "${var.stack_name}-${each.key}"
  handler                        = each.key
  runtime                        = "provided.al2023"
  architectures                  = ["x86_64"]
  filename                       = var.package
  source_code_hash               = filebase64sha256(var.package)
  publish                        = true
  role                           = aws_iam_role.function[each.key].arn
  memory_size                    = each.value.memory
  timeout                        = each.value.timeout
  reserved_concurrent_executions = each.value.reserved

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  dynamic "vpc_config" {
    for_each = local.uses_vpc ? [1] : []

    content {
      security_group_ids          = [aws_security_group.function[0].id]
      subnet_ids                  = local.subnet_ids
      ipv6_allowed_for_dual_stack = local.uses_ipv6
    }
  }

  environment {
    variables = { for name, value in local.variables[each.key] : name => value if value != null }
  }

  # Lambda looks whether the role may join the network.
  depends_on = [aws_iam_role_policy.function, aws_iam_role_policy.network]
}

resource "aws_lambda_alias" "live" {
  for_each = local.sizes

  name             = "live"
  function_name    = aws_lambda_function.function[each.key].function_name
  function_version = aws_lambda_function.function[each.key].version
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.sizes

  name              = "/aws/lambda/${var.stack_name}-${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn        = aws_sqs_queue.queue.arn
  function_name           = aws_lambda_alias.live["csv-load"].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.load_concurrency
  }
}

# The schedule invokes without waiting for the answer, so Lambda itself tries again.
resource "aws_lambda_function_event_invoke_config" "job_ingest" {
  function_name                = aws_lambda_function.function["job-ingest"].function_name
  qualifier                    = aws_lambda_alias.live["job-ingest"].name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 7200

  destination_config {
    on_failure {
      destination = aws_sqs_queue.ingest_dead_letters.arn
    }
  }
}
