# The stack as it would be, without AWS: what AWS would answer is made up here. Tests/Template reads
# the states that come of these runs and compares them with template.yaml, whose parameters it takes
# from the variables below; what is refused here, the rules of template.yaml have to refuse.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b"] }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:sluice-alarms" }
  }

  mock_resource "aws_vpc" {
    defaults = { ipv6_cidr_block = "2001:db8::/56" }
  }

  mock_resource "aws_apigatewayv2_api" {
    defaults = {
      id            = "HttpApi"
      api_endpoint  = "https://HttpApi.execute-api.us-east-1.amazonaws.com"
      execution_arn = "arn:aws:execute-api:us-east-1:123456789012:HttpApi"
    }
  }

  mock_resource "aws_rds_cluster" {
    defaults = {
      endpoint            = "DatabaseCluster.Endpoint.Address"
      cluster_resource_id = "DatabaseCluster.DBClusterResourceId"
      master_user_secret  = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds" }]
    }
  }

  # What can be told apart only when it has a name of its own.
  override_resource {
    target = aws_iam_role.function["csv-load"]
    values = { arn = "arn:aws:iam::123456789012:role/sluice-csv-load" }
  }

  override_resource {
    target = aws_iam_role.function["job-ingest"]
    values = { arn = "arn:aws:iam::123456789012:role/sluice-job-ingest" }
  }

  override_resource {
    target = aws_iam_role.function["api"]
    values = { arn = "arn:aws:iam::123456789012:role/sluice-api" }
  }

  override_resource {
    target = aws_iam_role.ingest_schedule
    values = { arn = "arn:aws:iam::123456789012:role/sluice-ingest-schedule" }
  }

  override_resource {
    target = aws_lambda_alias.live["csv-load"]
    values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:alias-of-csv-load:live" }
  }

  override_resource {
    target = aws_lambda_alias.live["job-ingest"]
    values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:alias-of-job-ingest:live" }
  }

  override_resource {
    target = aws_lambda_alias.live["api"]
    values = { arn = "arn:aws:lambda:us-east-1:123456789012:function:alias-of-api:live" }
  }

  override_resource {
    target = aws_cloudwatch_log_group.http_api
    values = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/sluice-http-api" }
  }

  override_resource {
    target = aws_sqs_queue.queue
    values = {
      arn = "arn:aws:sqs:us-east-1:123456789012:sluice-queue"
      url = "https://sqs.us-east-1.amazonaws.com/123456789012/sluice-queue"
    }
  }

  override_resource {
    target = aws_sqs_queue.dead_letters
    values = {
      arn = "arn:aws:sqs:us-east-1:123456789012:sluice-dead-letters"
      url = "https://sqs.us-east-1.amazonaws.com/123456789012/sluice-dead-letters"
    }
  }

  override_resource {
    target = aws_sqs_queue.ingest_dead_letters
    values = {
      arn = "arn:aws:sqs:us-east-1:123456789012:sluice-ingest-dead-letters"
      url = "https://sqs.us-east-1.amazonaws.com/123456789012/sluice-ingest-dead-letters"
    }
  }
}

variables {
  # Any file will do.
  package = "versions.tf"
}

run "defaults" {}

run "everything" {
  variables {
    alarm_email       = "ops@example.com"
    api_cors_origins  = "https://a.example,https://b.example"
    database_ca_file  = "/opt/ca.pem"
    database_iam_auth = true
    egress            = "nat-gateway"
    function_url_auth = "NONE"
    jwt_audience      = ["sluice"]
    jwt_issuer        = "https://login.example"
    load_timeout      = 900
    report_email_from = "jobs@example.com"
    report_email_to   = "team@example.com"
    usajobs_api_key   = "key"
    usajobs_email     = "me@example.com"
  }
}

run "endpoints" {
  variables {
    egress                      = "endpoints"
    ingest_reserved_concurrency = "none"
    ingest_state                = "DISABLED"
    usajobs_api_key             = "key"
    usajobs_email               = "me@example.com"
  }
}

run "an_existing_database" {
  variables {
    database_url   = "postgresql://u:p@db.example/d"
    monthly_budget = 0
  }
}

run "an_existing_database_in_a_vpc" {
  variables {
    database_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:mine"
    vpc_id              = "vpc-0123456789abcdef0"
    subnet_ids          = ["subnet-1", "subnet-2"]
  }
}

# What either template refuses, since a parameter that another needs is not given.

run "ingestion_without_an_address" {
  command = plan

  variables {
    usajobs_api_key = "key"
  }

  expect_failures = [var.usajobs_email]
}

run "reports_from_nobody" {
  command = plan

  variables {
    report_email_to = "team@example.com"
  }

  expect_failures = [var.report_email_from]
}

run "tokens_for_nobody" {
  command = plan

  variables {
    jwt_issuer = "https://login.example"
  }

  expect_failures = [var.jwt_audience]
}

run "a_vpc_without_subnets" {
  command = plan

  variables {
    vpc_id = "vpc-0123456789abcdef0"
  }

  expect_failures = [var.subnet_ids]
}

run "iam_without_the_database_of_a_url" {
  command = plan

  variables {
    database_iam_auth = true
    database_url      = "postgresql://u:p@db.example/d"
  }

  expect_failures = [var.database_resource_id]
}

run "iam_without_the_database_of_a_secret" {
  command = plan

  variables {
    database_iam_auth   = true
    database_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:mine"
  }

  expect_failures = [var.database_resource_id]
}
