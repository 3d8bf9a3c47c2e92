locals {
  secret_arn = (
    local.makes_database ? aws_rds_cluster.database[0].master_user_secret[0].secret_arn :
    var.database_secret_arn
  )
  database_resource_id = (
    local.makes_database ? aws_rds_cluster.database[0].cluster_resource_id :
    var.database_resource_id
  )
}

resource "aws_rds_cluster" "database" {
  #checkov:skip=CKV_AWS_139:On by default; database_deletion_protection turns it off
  #checkov:skip=CKV_AWS_327:RDS's own key; a key of one's own costs USD 1 a month
  #checkov:skip=CKV2_AWS_8:It keeps backups of database_backup_days days itself; a plan of AWS Backup is the account's
  #checkov:skip=CKV2_AWS_27:Statements may hold what somebody searches for, which is to be in no log
  count = local.makes_database ? 1 : 0

  cluster_identifier = var.stack_name
  engine             = "aurora-postgresql"
  # A version with long-term support; minor versions after it are taken by themselves.
  engine_version  = "16.8"
  database_name   = "sluice"
  port            = var.database_port
  master_username = "sluice"
  # RDS makes the password, keeps it in Secrets Manager and changes it every seven days.
  manage_master_user_password         = true
  iam_database_authentication_enabled = true
  storage_encrypted                   = true
  backup_retention_period             = var.database_backup_days
  copy_tags_to_snapshot               = true
  deletion_protection                 = var.database_deletion_protection
  # Unlike that of a stack of the same name before, by what is made up for the subnets.
  final_snapshot_identifier       = "${aws_db_subnet_group.database[0].name}-final"
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.database[0].name
  db_subnet_group_name            = aws_db_subnet_group.database[0].name
  vpc_security_group_ids          = [aws_security_group.database[0].id]
  enabled_cloudwatch_logs_exports = ["postgresql"]

  serverlessv2_scaling_configuration {
    min_capacity = var.database_min_capacity
    max_capacity = var.database_max_capacity
  }

  lifecycle {
    # Minor versions come by themselves.
    ignore_changes = [engine_version]
  }

  # RDS would make the group itself, to keep logs for ever.
  depends_on = [aws_cloudwatch_log_group.database]
}

resource "aws_rds_cluster_instance" "database" {
  count = local.makes_database ? 1 : 0

  cluster_identifier         = aws_rds_cluster.database[0].id
  identifier                 = "${var.stack_name}-1"
  instance_class             = "db.serverless"
  engine                     = "aurora-postgresql"
  publicly_accessible        = false
  auto_minor_version_upgrade = true
}

resource "aws_rds_cluster_parameter_group" "database" {
  count = local.makes_database ? 1 : 0

  name_prefix = "${var.stack_name}-"
  description = "Encrypted connections only"
  family      = "aurora-postgresql16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_subnet_group" "database" {
  count = local.makes_database ? 1 : 0

  name_prefix = "${var.stack_name}-"
  description = "Where the database is"
  subnet_ids  = local.subnet_ids
}

resource "aws_security_group" "database" {
  count = local.makes_database ? 1 : 0

  name_prefix = "${var.stack_name}-database-"
  description = "The database, which only the functions reach"
  vpc_id      = local.vpc_id

  ingress {
    description     = "The functions"
    protocol        = "tcp"
    from_port       = var.database_port
    to_port         = var.database_port
    security_groups = [aws_security_group.function[0].id]
  }
}

resource "aws_cloudwatch_log_group" "database" {
  count = local.makes_database ? 1 : 0

  name              = "/aws/rds/cluster/${var.stack_name}/postgresql"
  retention_in_days = var.log_retention_days
}
