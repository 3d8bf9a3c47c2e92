# The parameters of template.yaml from LoadConcurrency on.

variable "load_concurrency" {
  type        = number
  default     = 4
  description = "How many files load at once; two for each capacity unit of the database"

  validation {
    condition     = var.load_concurrency >= 2 && var.load_concurrency <= 1000
    error_message = "load_concurrency has to be from 2 to 1000."
  }
}

variable "load_memory" {
  type        = number
  default     = 1769
  description = "Megabytes of memory of csv-load; 1769 is one whole processor"

  validation {
    condition     = var.load_memory >= 128 && var.load_memory <= 10240
    error_message = "load_memory has to be from 128 to 10240."
  }
}

variable "load_timeout" {
  type        = number
  default     = 300
  description = "Seconds an invocation of csv-load may take; the queue waits six times as long"

  validation {
    condition     = contains([60, 300, 900], var.load_timeout)
    error_message = "load_timeout has to be one of 60, 300, 900."
  }
}

variable "api_access" {
  type        = string
  default     = "private"
  description = "Whether reading needs a token"

  validation {
    condition     = contains(["private", "open-reads"], var.api_access)
    error_message = "api_access has to be one of private, open-reads."
  }
}

variable "api_registration" {
  type        = string
  default     = "closed"
  description = "Whether anyone may register as a reader"

  validation {
    condition     = contains(["closed", "open"], var.api_registration)
    error_message = "api_registration has to be one of closed, open."
  }
}

variable "api_cors_origins" {
  type        = string
  default     = ""
  description = "The origins whose pages may call the API and post files to the bucket, separated by commas"
}

variable "api_session_hours" {
  type        = number
  default     = 12
  description = "How long a login counts"

  validation {
    condition     = var.api_session_hours >= 1 && var.api_session_hours <= 720
    error_message = "api_session_hours has to be from 1 to 720."
  }
}

variable "api_rate_limit" {
  type        = number
  default     = 50
  description = "How many calls a second the HTTP API takes in the long run"
}

variable "api_burst_limit" {
  type        = number
  default     = 100
  description = "How many calls the HTTP API takes at once"
}

variable "jwt_issuer" {
  type        = string
  default     = ""
  description = "The issuer of the tokens that the HTTP API asks for; empty for none, and logins by POST /login"

  validation {
    condition     = can(regex("^(|https://.+)$", var.jwt_issuer))
    error_message = "jwt_issuer has to match |https://.+."
  }
}

variable "jwt_audience" {
  type        = list(string)
  default     = []
  description = "The audiences of these tokens"

  validation {
    condition     = length(var.jwt_audience) > 0 || var.jwt_issuer == ""
    error_message = "jwt_audience has to name an audience, since jwt_issuer is set."
  }
}

variable "function_url_auth" {
  type        = string
  default     = "AWS_IAM"
  description = "Who may call the Function URL - AWS_IAM for signed calls, NONE to leave it to the API's own tokens"

  validation {
    condition     = contains(["AWS_IAM", "NONE"], var.function_url_auth)
    error_message = "function_url_auth has to be one of AWS_IAM, NONE."
  }
}

variable "usajobs_api_key" {
  type        = string
  default     = ""
  sensitive   = true
  description = "The key that developer.usajobs.gov gave; empty for no ingestion"
}

variable "usajobs_email" {
  type        = string
  default     = ""
  description = "The email address that the key was requested with"

  validation {
    condition     = var.usajobs_email != "" || var.usajobs_api_key == ""
    error_message = "usajobs_email has to be the address that usajobs_api_key was requested with."
  }
}

variable "ingest_schedule_expression" {
  type        = string
  default     = "rate(6 hours)"
  description = "When postings are ingested, as EventBridge Scheduler writes it"

  validation {
    condition     = can(regex("^((rate|cron|at)\\(.+\\))$", var.ingest_schedule_expression))
    error_message = "ingest_schedule_expression has to match (rate|cron|at)\\(.+\\)."
  }
}

variable "ingest_state" {
  type        = string
  default     = "ENABLED"
  description = "Whether the schedule runs"

  validation {
    condition     = contains(["ENABLED", "DISABLED"], var.ingest_state)
    error_message = "ingest_state has to be one of ENABLED, DISABLED."
  }
}

variable "ingest_missed_hours" {
  type        = number
  default     = 13
  description = "After how many hours without an ingestion there is an alarm; twice the schedule's interval and one"

  validation {
    condition     = var.ingest_missed_hours >= 1 && var.ingest_missed_hours <= 167
    error_message = "ingest_missed_hours has to be from 1 to 167."
  }
}

variable "ingest_reserved_concurrency" {
  type        = string
  default     = "1"
  description = "none for accounts whose whole concurrency is 10, where nothing can be reserved"

  validation {
    condition     = contains(["1", "none"], var.ingest_reserved_concurrency)
    error_message = "ingest_reserved_concurrency has to be one of 1, none."
  }
}

variable "report_email_from" {
  type        = string
  default     = ""
  description = "The address, known to SES, that reports of ingestions come from; empty for none"

  validation {
    condition     = var.report_email_from != "" || var.report_email_to == ""
    error_message = "report_email_from has to be an address that SES knows, since report_email_to is set."
  }
}

variable "report_email_to" {
  type        = string
  default     = ""
  description = "Addresses that reports go to, separated by commas"
}

variable "alarm_email" {
  type        = string
  default     = ""
  description = "The address that alarms and the budget write to; empty for none"
}

variable "rejects_alarm_threshold" {
  type        = number
  default     = 0
  description = "How many rejected records in five minutes raise no alarm yet"

  validation {
    condition     = var.rejects_alarm_threshold >= 0
    error_message = "rejects_alarm_threshold has to be at least 0."
  }
}

variable "monthly_budget" {
  type        = number
  default     = 10
  description = "The account's budget in USD a month, of which 80 and 100 percent are told; 0 for none"

  validation {
    condition     = var.monthly_budget >= 0
    error_message = "monthly_budget has to be at least 0."
  }
}

variable "deployment_type" {
  type        = string
  default     = "Canary10Percent5Minutes"
  description = "How a new version takes over; an alarm takes it back"

  validation {
    condition     = contains(["AllAtOnce", "Canary10Percent5Minutes", "Canary10Percent10Minutes", "Linear10PercentEvery1Minute"], var.deployment_type)
    error_message = "deployment_type has to be one of AllAtOnce, Canary10Percent5Minutes, Canary10Percent10Minutes, Linear10PercentEvery1Minute."
  }
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long logs are kept"

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days has to be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731."
  }
}

variable "backup_retention" {
  type        = number
  default     = 7
  description = "How many backups of each table are kept, made through the API; 0 keeps all"

  validation {
    condition     = var.backup_retention >= 0
    error_message = "backup_retention has to be at least 0."
  }
}

variable "rejects_retention_days" {
  type        = number
  default     = 90
  description = "How long the files of rejected records are kept"

  validation {
    condition     = var.rejects_retention_days >= 1
    error_message = "rejects_retention_days has to be at least 1."
  }
}

variable "version_retention_days" {
  type        = number
  default     = 30
  description = "How long an object that was overwritten or deleted can be brought back"

  validation {
    condition     = var.version_retention_days >= 1
    error_message = "version_retention_days has to be at least 1."
  }
}
