"""What of each resource has to be the same in both templates.

A shape takes the properties of a resource to a dictionary that both templates can give; one that has
a "name" is known by it, the others are counted.
"""

import json

# What one template makes as a resource and the other as a part of one, or not at all; and why.
CLOUDFORMATION_ONLY = {
    "AWS::Lambda::Version": "Terraform's function publishes by itself",
    "AWS::CodeDeploy::Application": "an apply has nothing to wait for a canary with",
    "AWS::CodeDeploy::DeploymentGroup": "the same",
    "AWS::EC2::VPCCidrBlock": "a property of Terraform's VPC",
    "AWS::EC2::VPCGatewayAttachment": "a property of Terraform's gateway",
}
CLOUDFORMATION_ONLY_NAMES = {
    "CodeDeployServiceRole": "the role of CodeDeploy",
    "ApiFunctionUrlInvokePermission": "version 5 of the provider knows no such condition",
}
TERRAFORM_ONLY = {
    "aws_iam_role_policy": "policies of CloudFormation's roles, compared with them",
    "aws_s3_bucket_cors_configuration": "part of CloudFormation's bucket, compared below",
    "aws_s3_bucket_lifecycle_configuration": "the same",
    "aws_s3_bucket_notification": "the same",
    "aws_s3_bucket_ownership_controls": "the same",
    "aws_s3_bucket_public_access_block": "the same",
    "aws_s3_bucket_server_side_encryption_configuration": "the same",
    "aws_s3_bucket_versioning": "the same",
}


def picked(**names):
    """A shape that takes properties by their names; dots lead into objects and lists."""

    def shape(properties):
        return {key: at(properties, path) for key, path in names.items()}

    return shape


def at(value, path):
    for step in path.split("."):
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(step) if isinstance(value, dict) else None
    return text(value)


def text(value):
    """Numbers as texts, empty as absent, lists in one order."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:g}" if value < 1e6 else str(int(value))
    if isinstance(value, list):
        return sorted((text(item) for item in value), key=str) or None
    if isinstance(value, dict):
        return {key: text(item) for key, item in value.items() if text(item) is not None} or None
    return value or None


def dimensions(properties):
    return {**picked_alarm(properties), "dimensions": text(
        {d["Name"]: d["Value"] for d in properties.get("Dimensions", [])})}


picked_alarm = picked(
    name="AlarmName", about="AlarmDescription", actions="AlarmActions", namespace="Namespace",
    metric="MetricName", statistic="Statistic", period="Period", times="EvaluationPeriods",
    operator="ComparisonOperator", threshold="Threshold", missing="TreatMissingData",
    expression="Metrics.Expression")


def redrive(key):
    def shape(properties):
        policy = properties.get(key) or {}
        if isinstance(policy, str):
            # Where there is none, the state has something made up.
            policy = json.loads(policy) if policy.startswith("{") else {}
        return text(policy)

    return shape


def policy(key):
    def shape(properties):
        from cloudformation import statements

        return {"statements": sorted(statements([properties[key]]))}

    return shape


def dashboard(properties):
    body = properties.get("DashboardBody") or properties["dashboard_body"]
    return {"body": json.loads(body)}


def both(*shapes):
    return lambda properties: {
        key: value for index, shape in enumerate(shapes)
        for key, value in (shape(properties) or {}).items()}


# CloudFormation's type, its shape; Terraform's type, its shape.
PAIRS = [
    ("AWS::S3::Bucket", picked(name="BucketName"), "aws_s3_bucket", picked(name="bucket")),
    ("AWS::S3::BucketPolicy", policy("PolicyDocument"), "aws_s3_bucket_policy", policy("policy")),
    ("AWS::SQS::Queue",
     both(picked(name="QueueName", encrypted="SqsManagedSseEnabled",
                 visibility="VisibilityTimeout", kept="MessageRetentionPeriod"),
          redrive("RedrivePolicy")),
     "aws_sqs_queue",
     both(picked(name="name", encrypted="sqs_managed_sse_enabled",
                 visibility="visibility_timeout_seconds", kept="message_retention_seconds"),
          redrive("redrive_policy"))),
    ("AWS::SQS::QueuePolicy", policy("PolicyDocument"), "aws_sqs_queue_policy", policy("policy")),
    ("AWS::Lambda::Function",
     picked(name="FunctionName", handler="Handler", runtime="Runtime", memory="MemorySize",
            timeout="Timeout", reserved="ReservedConcurrentExecutions", arch="Architectures",
            variables="Environment.Variables", format="LoggingConfig.LogFormat",
            log="LoggingConfig.LogGroup", ipv6="VpcConfig.Ipv6AllowedForDualStack"),
     "aws_lambda_function",
     picked(name="function_name", handler="handler", runtime="runtime", memory="memory_size",
            timeout="timeout", reserved="reserved_concurrent_executions", arch="architectures",
            variables="environment.variables", format="logging_config.log_format",
            log="logging_config.log_group", ipv6="vpc_config.ipv6_allowed_for_dual_stack")),
    ("AWS::Lambda::Alias", picked(alias="Name"), "aws_lambda_alias", picked(alias="name")),
    ("AWS::Lambda::EventSourceMapping",
     picked(source="EventSourceArn", batch="BatchSize", answers="FunctionResponseTypes",
            concurrency="ScalingConfig.MaximumConcurrency"),
     "aws_lambda_event_source_mapping",
     picked(source="event_source_arn", batch="batch_size", answers="function_response_types",
            concurrency="scaling_config.maximum_concurrency")),
    ("AWS::Lambda::EventInvokeConfig",
     picked(attempts="MaximumRetryAttempts", age="MaximumEventAgeInSeconds",
            failures="DestinationConfig.OnFailure.Destination"),
     "aws_lambda_function_event_invoke_config",
     picked(attempts="maximum_retry_attempts", age="maximum_event_age_in_seconds",
            failures="destination_config.on_failure.destination")),
    ("AWS::Lambda::Permission",
     picked(action="Action", principal="Principal", url="FunctionUrlAuthType"),
     "aws_lambda_permission",
     picked(action="action", principal="principal", url="function_url_auth_type")),
    ("AWS::Lambda::Url", picked(auth="AuthType", mode="InvokeMode"),
     "aws_lambda_function_url", picked(auth="authorization_type", mode="invoke_mode")),
    ("AWS::IAM::Role",
     lambda p: {"trust": sorted(trust(p["AssumeRolePolicyDocument"]))},
     "aws_iam_role", lambda p: {"trust": sorted(trust(json.loads(p["assume_role_policy"])))}),
    ("AWS::Logs::LogGroup", picked(name="LogGroupName", days="RetentionInDays"),
     "aws_cloudwatch_log_group", picked(name="name", days="retention_in_days")),
    ("AWS::Logs::MetricFilter",
     picked(log="LogGroupName", pattern="FilterPattern",
            metric="MetricTransformations.MetricName",
            namespace="MetricTransformations.MetricNamespace"),
     "aws_cloudwatch_log_metric_filter",
     picked(log="log_group_name", pattern="pattern", metric="metric_transformation.name",
            namespace="metric_transformation.namespace")),
    ("AWS::Scheduler::Schedule",
     picked(name="Name", about="Description", when="ScheduleExpression", state="State",
            attempts="Target.RetryPolicy.MaximumRetryAttempts",
            age="Target.RetryPolicy.MaximumEventAgeInSeconds",
            failures="Target.DeadLetterConfig.Arn"),
     "aws_scheduler_schedule",
     picked(name="name", about="description", when="schedule_expression", state="state",
            attempts="target.retry_policy.maximum_retry_attempts",
            age="target.retry_policy.maximum_event_age_in_seconds",
            failures="target.dead_letter_config.arn")),
    ("AWS::ApiGatewayV2::Api", picked(name="Name", protocol="ProtocolType"),
     "aws_apigatewayv2_api", picked(name="name", protocol="protocol_type")),
    ("AWS::ApiGatewayV2::Integration",
     picked(type="IntegrationType", format="PayloadFormatVersion", timeout="TimeoutInMillis"),
     "aws_apigatewayv2_integration",
     picked(type="integration_type", format="payload_format_version",
            timeout="timeout_milliseconds")),
    ("AWS::ApiGatewayV2::Authorizer",
     picked(type="AuthorizerType", source="IdentitySource", issuer="JwtConfiguration.Issuer",
            audience="JwtConfiguration.Audience"),
     "aws_apigatewayv2_authorizer",
     picked(type="authorizer_type", source="identity_sources", issuer="jwt_configuration.issuer",
            audience="jwt_configuration.audience")),
    ("AWS::ApiGatewayV2::Route", picked(name="RouteKey", authorization="AuthorizationType"),
     "aws_apigatewayv2_route", picked(name="route_key", authorization="authorization_type")),
    ("AWS::ApiGatewayV2::Stage",
     picked(name="StageName", deploys="AutoDeploy",
            rate="DefaultRouteSettings.ThrottlingRateLimit",
            burst="DefaultRouteSettings.ThrottlingBurstLimit", log="AccessLogSettings.Format"),
     "aws_apigatewayv2_stage",
     picked(name="name", deploys="auto_deploy",
            rate="default_route_settings.throttling_rate_limit",
            burst="default_route_settings.throttling_burst_limit",
            log="access_log_settings.format")),
    ("AWS::RDS::DBCluster",
     picked(name="DBClusterIdentifier", engine="Engine", version="EngineVersion", port="Port",
            database="DatabaseName", user="MasterUsername", rotated="ManageMasterUserPassword",
            iam="EnableIAMDatabaseAuthentication", encrypted="StorageEncrypted",
            backups="BackupRetentionPeriod", protected="DeletionProtection",
            logs="EnableCloudwatchLogsExports",
            least="ServerlessV2ScalingConfiguration.MinCapacity",
            most="ServerlessV2ScalingConfiguration.MaxCapacity"),
     "aws_rds_cluster",
     picked(name="cluster_identifier", engine="engine", version="engine_version", port="port",
            database="database_name", user="master_username",
            rotated="manage_master_user_password", iam="iam_database_authentication_enabled",
            encrypted="storage_encrypted", backups="backup_retention_period",
            protected="deletion_protection", logs="enabled_cloudwatch_logs_exports",
            least="serverlessv2_scaling_configuration.min_capacity",
            most="serverlessv2_scaling_configuration.max_capacity")),
    ("AWS::RDS::DBInstance",
     picked(name="DBInstanceIdentifier", kind="DBInstanceClass", public="PubliclyAccessible",
            minor="AutoMinorVersionUpgrade"),
     "aws_rds_cluster_instance",
     picked(name="identifier", kind="instance_class", public="publicly_accessible",
            minor="auto_minor_version_upgrade")),
    ("AWS::RDS::DBClusterParameterGroup",
     lambda p: {"family": p["Family"], **p["Parameters"]},
     "aws_rds_cluster_parameter_group",
     lambda p: {"family": p["family"], **{q["name"]: q["value"] for q in p["parameter"]}}),
    ("AWS::RDS::DBSubnetGroup", picked(), "aws_db_subnet_group", picked()),
    ("AWS::EC2::SecurityGroup", picked(name="GroupDescription"),
     "aws_security_group", picked(name="description")),
    ("AWS::EC2::VPC", picked(name="CidrBlock", names="EnableDnsHostnames"),
     "aws_vpc", picked(name="cidr_block", names="enable_dns_hostnames")),
    ("AWS::EC2::Subnet",
     picked(name="CidrBlock", ipv6="Ipv6CidrBlock", zone="AvailabilityZone"),
     "aws_subnet", picked(name="cidr_block", ipv6="ipv6_cidr_block", zone="availability_zone")),
    ("AWS::EC2::RouteTable", picked(), "aws_route_table", picked()),
    ("AWS::EC2::SubnetRouteTableAssociation", picked(), "aws_route_table_association", picked()),
    ("AWS::EC2::VPCEndpoint", picked(name="ServiceName", kind="VpcEndpointType"),
     "aws_vpc_endpoint", picked(name="service_name", kind="vpc_endpoint_type")),
    ("AWS::EC2::EgressOnlyInternetGateway", picked(),
     "aws_egress_only_internet_gateway", picked()),
    ("AWS::EC2::Route", picked(to="DestinationCidrBlock", to6="DestinationIpv6CidrBlock"),
     "aws_route", picked(to="destination_cidr_block", to6="destination_ipv6_cidr_block")),
    ("AWS::EC2::InternetGateway", picked(), "aws_internet_gateway", picked()),
    ("AWS::EC2::EIP", picked(domain="Domain"), "aws_eip", picked(domain="domain")),
    ("AWS::EC2::NatGateway", picked(), "aws_nat_gateway", picked()),
    ("AWS::SNS::Topic", picked(name="TopicName"), "aws_sns_topic", picked(name="name")),
    ("AWS::SNS::TopicPolicy", policy("PolicyDocument"), "aws_sns_topic_policy", policy("policy")),
    ("AWS::SNS::Subscription", picked(protocol="Protocol", to="Endpoint"),
     "aws_sns_topic_subscription", picked(protocol="protocol", to="endpoint")),
    ("AWS::CloudWatch::Alarm", dimensions, "aws_cloudwatch_metric_alarm",
     picked(name="alarm_name", about="alarm_description", actions="alarm_actions",
            namespace="namespace", metric="metric_name", statistic="statistic", period="period",
            times="evaluation_periods", operator="comparison_operator", threshold="threshold",
            missing="treat_missing_data", expression="metric_query.expression",
            dimensions="dimensions")),
    ("AWS::CloudWatch::Dashboard", dashboard, "aws_cloudwatch_dashboard", dashboard),
    ("AWS::Budgets::Budget",
     picked(name="Budget.BudgetName", amount="Budget.BudgetLimit.Amount", unit="Budget.BudgetLimit.Unit"),
     "aws_budgets_budget", picked(name="name", amount="limit_amount", unit="limit_unit")),
]


def trust(document):
    for statement in document["Statement"]:
        yield (statement["Principal"]["Service"], statement["Action"],
               json.dumps(statement.get("Condition"), sort_keys=True))


def bucket_of_cloudformation(properties):
    rules = properties["LifecycleConfiguration"]["Rules"]
    notification = properties["NotificationConfiguration"]["QueueConfigurations"][0]
    return {
        "cors": text(properties["CorsConfiguration"]["CorsRules"][0]["AllowedOrigins"]),
        "encryption": "AES256" in json.dumps(properties["BucketEncryption"]),
        "public": sorted(properties["PublicAccessBlockConfiguration"].values()),
        "owner": properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
        "versions": properties["VersioningConfiguration"]["Status"],
        "prefix": notification["Filter"]["S3Key"]["Rules"][0]["Value"],
        "queue": notification["Queue"],
        "rules": {rule["Id"]: text({
            "prefix": rule.get("Prefix"), "days": rule.get("ExpirationInDays"),
            "noncurrent": at(rule, "NoncurrentVersionExpiration.NoncurrentDays"),
            "broken": at(rule, "AbortIncompleteMultipartUpload.DaysAfterInitiation"),
            "moved": at(rule, "Transitions.TransitionInDays"),
            "to": at(rule, "Transitions.StorageClass"),
            "markers": rule.get("ExpiredObjectDeleteMarker", False)}) for rule in rules},
    }


def bucket_of_terraform(state):
    parts = {r["type"].removeprefix("aws_s3_bucket_"): r["values"]
             for r in state if r["type"].startswith("aws_s3_bucket_")}
    return {
        "cors": text(at(parts["cors_configuration"], "cors_rule.allowed_origins")),
        "encryption": "AES256" in json.dumps(parts["server_side_encryption_configuration"]),
        "public": [parts["public_access_block"][name] for name in (
            "block_public_acls", "block_public_policy", "ignore_public_acls",
            "restrict_public_buckets")],
        "owner": at(parts["ownership_controls"], "rule.object_ownership"),
        "versions": at(parts["versioning"], "versioning_configuration.status"),
        "prefix": at(parts["notification"], "queue.filter_prefix"),
        "queue": at(parts["notification"], "queue.queue_arn"),
        "rules": {rule["id"]: text({
            "prefix": prefix(rule), "days": (rule["expiration"] or [{}])[0].get("days") or None,
            "noncurrent": at(rule, "noncurrent_version_expiration.noncurrent_days"),
            "broken": at(rule, "abort_incomplete_multipart_upload.days_after_initiation"),
            "moved": at(rule, "transition.days"), "to": at(rule, "transition.storage_class"),
            "markers": (rule["expiration"] or [{}])[0].get("expired_object_delete_marker") or False})
            for rule in parts["lifecycle_configuration"]["rule"]},
    }


def prefix(rule):
    """The prefix of a rule; where there is none, the state has something made up."""
    found = at(rule, "filter.prefix") or ""
    return found if found.endswith("/") else None
