data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:The first two names are taken, which a new zone comes after
  state = "available"

  # The region's own; not what the account has joined besides, as Local Zones.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name

  bucket     = "${var.stack_name}-uploads-${local.account}-${local.region}"
  bucket_arn = "arn:${local.partition}:s3:::${local.bucket}"
  log_groups = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group"
  functions  = "arn:${local.partition}:lambda:${local.region}:${local.account}:function"

  makes_database = nonsensitive(var.database_url == "") && var.database_secret_arn == ""
  uses_secret    = !var.database_iam_auth && (local.makes_database || var.database_secret_arn != "")
  has_vpc        = var.vpc_id != ""
  makes_vpc      = local.makes_database && !local.has_vpc
  uses_vpc       = local.makes_database || local.has_vpc
  uses_ipv6      = local.makes_vpc && var.egress == "ipv6"
  uses_nat       = local.makes_vpc && var.egress == "nat-gateway"
  uses_endpoints = local.makes_vpc && var.egress == "endpoints"
  ingests        = nonsensitive(var.usajobs_api_key != "")
  is_scheduled   = local.ingests && var.ingest_state == "ENABLED"
  reports        = var.report_email_to != ""
  uses_jwt       = var.jwt_issuer != ""

  cors_origins = compact(split(",", var.api_cors_origins))
}
