# The parameters of template.yaml in snake case, up to Egress, and what CloudFormation has of itself.

variable "stack_name" {
  type        = string
  default     = "sluice"
  description = "What every name begins with; the bucket's too, so lower-case letters, digits and hyphens"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,24}$", var.stack_name))
    error_message = "stack_name has to be up to 25 lower-case letters, digits and hyphens."
  }
}

variable "package" {
  type        = string
  default     = "../../.build/package/bootstrap.zip"
  description = "The zip that scripts/package makes"
}

variable "database_url" {
  type        = string
  default     = ""
  sensitive   = true
  description = "An existing database, as postgresql://user:password@host:5432/database; empty to make one"
}

variable "database_secret_arn" {
  type        = string
  default     = ""
  description = "The secret that holds the login to an existing database, as RDS writes it"
}

variable "database_iam_auth" {
  type        = bool
  default     = false
  description = "Whether to log in by IAM as database_user, who has to hold the role rds_iam"
}

variable "database_user" {
  type        = string
  default     = "sluice_functions"
  description = "Who logs in by IAM"

  validation {
    condition     = can(regex("^([A-Za-z_][A-Za-z0-9_]{0,62})$", var.database_user))
    error_message = "database_user has to match [A-Za-z_][A-Za-z0-9_]{0,62}."
  }
}

variable "database_port" {
  type        = number
  default     = 5432
  description = "The database's port, which functions in a VPC are let out to"

  validation {
    condition     = var.database_port >= 1 && var.database_port <= 65535
    error_message = "database_port has to be from 1 to 65535."
  }
}

variable "database_resource_id" {
  type        = string
  default     = ""
  description = "The resource id (db-…, cluster-… or prx-…) of an existing database that is logged in to by IAM"

  validation {
    condition     = can(regex("^(|(db|cluster|prx)-[A-Za-z0-9]+)$", var.database_resource_id))
    error_message = "database_resource_id has to match |(db|cluster|prx)-[A-Za-z0-9]+."
  }

  validation {
    condition     = var.database_resource_id != "" || !var.database_iam_auth || (var.database_url == "" && var.database_secret_arn == "")
    error_message = "database_resource_id has to be that of the existing database, since database_iam_auth is true."
  }
}

variable "database_ca_file" {
  type        = string
  default     = ""
  description = "The file whose authorities the database's certificate is trusted by; empty for RDS's in the package when a database is made, else the system's"
}

variable "database_min_capacity" {
  type        = number
  default     = 0
  description = "The least Aurora capacity units; with 0 the database sleeps when nobody is connected"

  validation {
    condition     = var.database_min_capacity >= 0 && var.database_min_capacity <= 256
    error_message = "database_min_capacity has to be from 0 to 256."
  }
}

variable "database_max_capacity" {
  type        = number
  default     = 2
  description = "The most Aurora capacity units"

  validation {
    condition     = var.database_max_capacity >= 1 && var.database_max_capacity <= 256
    error_message = "database_max_capacity has to be from 1 to 256."
  }
}

variable "database_backup_days" {
  type        = number
  default     = 7
  description = "How many days back the database can be restored to any second"

  validation {
    condition     = var.database_backup_days >= 1 && var.database_backup_days <= 35
    error_message = "database_backup_days has to be from 1 to 35."
  }
}

variable "database_deletion_protection" {
  type        = bool
  default     = true
  description = "Whether the database refuses to be deleted"
}

variable "vpc_id" {
  type        = string
  default     = ""
  description = "An existing VPC for the functions and a database that is made; empty to make one where needed"

  validation {
    condition     = can(regex("^(|vpc-[0-9a-f]+)$", var.vpc_id))
    error_message = "vpc_id has to match |vpc-[0-9a-f]+."
  }
}

variable "subnet_ids" {
  type        = list(string)
  default     = []
  description = "Two or more private subnets of vpc_id, in different zones"

  validation {
    condition     = length(var.subnet_ids) > 0 || var.vpc_id == ""
    error_message = "subnet_ids has to name subnets of vpc_id."
  }
}

variable "vpc_cidr" {
  type        = string
  default     = "10.42.0.0/16"
  description = "The addresses of a VPC that is made"

  validation {
    condition     = can(regex("^((\\d{1,3}\\.){3}\\d{1,3}/(1[6-9]|2[0-4]))$", var.vpc_cidr))
    error_message = "vpc_cidr has to match (\\d{1,3}\\.){3}\\d{1,3}/(1[6-9]|2[0-4])."
  }
}

variable "egress" {
  type        = string
  default     = "ipv6"
  description = "How functions in a VPC that is made reach others - ipv6 costs nothing, nat-gateway about USD 33 a month, endpoints (AWS alone) about USD 29"

  validation {
    condition     = contains(["ipv6", "nat-gateway", "endpoints"], var.egress)
    error_message = "egress has to be one of ipv6, nat-gateway, endpoints."
  }
}
