# The outputs of template.yaml in snake case.

output "api_url" {
  description = "The HTTP API"
  value       = aws_apigatewayv2_api.http_api.api_endpoint
}

output "function_url" {
  description = "The Function URL, for answers of any size"
  value       = aws_lambda_function_url.api.function_url
}

output "bucket_name" {
  description = "The bucket; files go under uploads/"
  value       = aws_s3_bucket.uploads.id
}

output "queue_url" {
  description = "The queue that tells csv-load of uploads"
  value       = aws_sqs_queue.queue.url
}

output "dead_letter_queue_url" {
  description = "Where messages end that failed five times"
  value       = aws_sqs_queue.dead_letters.url
}

output "ingest_dead_letter_queue_url" {
  description = "Where ingestions end that failed each time"
  value       = aws_sqs_queue.ingest_dead_letters.url
}

output "database_endpoint" {
  description = "The host of the database that was made"
  value       = local.makes_database ? aws_rds_cluster.database[0].endpoint : null
}

output "database_secret_arn" {
  description = "The secret with the login to the database"
  value       = local.uses_secret ? local.secret_arn : null
}

output "function_security_group_id" {
  description = "The security group of the functions, which an existing database has to let in"
  value       = local.uses_vpc ? aws_security_group.function[0].id : null
}

output "csv_load_function" {
  description = "The alias that loads files"
  value       = aws_lambda_alias.live["csv-load"].arn
}

output "job_ingest_function" {
  description = "The alias that ingests postings"
  value       = aws_lambda_alias.live["job-ingest"].arn
}

output "api_function" {
  description = "The alias that answers calls"
  value       = aws_lambda_alias.live["api"].arn
}

output "alarm_topic_arn" {
  description = "The topic that alarms write to"
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_url" {
  description = "Metrics at a glance"
  value       = "https://${local.region}.console.aws.amazon.com/cloudwatch/home?region=${local.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.dashboard.dashboard_name}"
}
