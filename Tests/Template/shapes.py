"""Which property of template.yaml is which attribute of Terraform's, for every kind of resource.

A pair's names lead from the one to the other: dots go into objects and lists. A name may come with a
table of its own, for a list of objects, or with two functions that make the same thing of both. What
one of them has alone stands in `left`, with the reason. Whatever is in neither is a failure.
"""

import json
import re
from typing import NamedTuple

from cloudformation import Reference


class Pair(NamedTuple):
    cloudformation: str
    terraform: str
    names: dict
    # By what others that refer to such a resource call it: names of CloudFormation.
    key: tuple = ()
    left: dict = {}


# What one template makes as a resource and the other not at all; and why.
CLOUDFORMATION_ONLY = {
    "AWS::Lambda::Version": "Terraform's function publishes by itself",
    "AWS::CodeDeploy::Application": "an apply has nothing to wait for a canary with",
    "AWS::CodeDeploy::DeploymentGroup": "the same",
}
CLOUDFORMATION_ONLY_NAMES = {
    "CodeDeployServiceRole": "the role of CodeDeploy",
    "ApiFunctionUrlInvokePermission": "version 5 of the provider knows no such condition; it has a test of its own",
}

# What one template makes as a resource and the other as a part of one: which part, and the property
# that says of which resource.
CLOUDFORMATION_PARTS = {
    "AWS::EC2::VPCCidrBlock": ("AWS::EC2::VPC", "VpcId"),
    "AWS::EC2::VPCGatewayAttachment": ("AWS::EC2::InternetGateway", "InternetGatewayId"),
}
TERRAFORM_PARTS = {
    "aws_iam_role_policy": ("aws_iam_role", "policies", "role"),
    **{f"aws_s3_bucket_{part}": ("aws_s3_bucket", part, "bucket") for part in (
        "cors_configuration", "lifecycle_configuration", "notification", "ownership_controls",
        "public_access_block", "server_side_encryption_configuration", "versioning")},
}

DEFAULT = "CloudFormation's default"
GENERATED = "CloudFormation makes one up"


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def same(names, **others):
    """Names that differ in their spelling alone, and others."""
    return {**{name: snake(name) for name in names.split()}, **others}


def of(cloudformation, terraform, how, also=None):
    """A property under another name and with another form; `also` is the form in Terraform."""
    return {cloudformation: (terraform, how, also or how)}


# ---- Forms that differ -------------------------------------------------------------------------


def document(value):
    """A policy, whatever the order of its actions, resources and principals."""
    policy = json.loads(value) if isinstance(value, str) else value

    def plain(node, key=""):
        if isinstance(node, dict):
            return {name: plain(item, name) for name, item in node.items()}
        if key in ("Action", "Resource", "Service"):
            return sorted([node] if isinstance(node, str) else node)
        return [plain(item) for item in node] if isinstance(node, list) else node

    return plain(policy)


def ordered(value):
    return json.dumps(json.loads(value), sort_keys=True)


def redrive(value):
    # Where there is none, the state has something made up.
    if isinstance(value, str):
        return json.loads(value) if value.startswith("{") else None
    return value


def tags(value):
    return {tag["Key"]: tag["Value"] for tag in value or []}


def policies(value):
    return {p["PolicyName"]: document(p["PolicyDocument"]) for p in value}


def policies_of_role(value):
    return {p["name"]: document(p["policy"]) for p in value}


# The rule that CloudFormation needs, and Terraform not, for nothing to be let out.
NOBODY = {"Description": "Nobody", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1,
          "CidrIp": "127.0.0.1/32"}


def rules(value):
    """The rules of a security group, one for each whom they let in or out."""
    found = []
    for rule in value or []:
        if rule == NOBODY:
            continue
        found.append({name.removeprefix("Source"): value for name, value in rule.items()})
    return found


def rules_of_terraform(value):
    names = {"description": "Description", "protocol": "IpProtocol", "from_port": "FromPort",
             "to_port": "ToPort"}
    kinds = {"cidr_blocks": "CidrIp", "ipv6_cidr_blocks": "CidrIpv6",
             "security_groups": "SecurityGroupId"}
    found = []
    for rule in value or []:
        rule = {name: item for name, item in rule.items() if item}
        common = {names[name]: rule.pop(name) for name in names}
        for name, whom in rule.items():
            found += [{**common, kinds[name]: one} for one in whom]
    return found


def dimensions(value):
    return {d["Name"]: d["Value"] for d in value or []}


def parameters(value):
    for parameter in value:
        assert set(k for k, v in parameter.items() if v) <= {"name", "value"}, parameter
    return {p["name"]: p["value"] for p in value}


def target(value):
    return Reference(value.removeprefix("integrations/"))


def subscribers(value):
    for subscriber in value:
        assert subscriber["SubscriptionType"] == "SNS", subscriber
    return [subscriber["Address"] for subscriber in value]


def positive(value):
    """A number that Terraform's providers write as 0 or -1 where there is none."""
    return value if isinstance(value, int) and value > 0 else None


def true(value):
    return value or None


# ---- The table -----------------------------------------------------------------------------------

PAIRS = [
    Pair("AWS::S3::Bucket", "aws_s3_bucket", {
        "BucketName": "bucket",
        "BucketEncryption.ServerSideEncryptionConfiguration":
            ("server_side_encryption_configuration.rule", {
                "ServerSideEncryptionByDefault.SSEAlgorithm":
                    "apply_server_side_encryption_by_default.sse_algorithm"}),
        **{f"PublicAccessBlockConfiguration.{name}": f"public_access_block.{snake(name)}" for name in (
            "BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")},
        "OwnershipControls.Rules":
            ("ownership_controls.rule", {"ObjectOwnership": "object_ownership"}),
        "VersioningConfiguration.Status": "versioning.versioning_configuration.status",
        "CorsConfiguration.CorsRules": ("cors_configuration.cors_rule", same(
            "AllowedMethods AllowedOrigins AllowedHeaders")),
        "LifecycleConfiguration.Rules": ("lifecycle_configuration.rule", {
            "Id": "id", "Status": "status", "Prefix": "filter.prefix",
            **of("ExpirationInDays", "expiration.days", positive),
            "NoncurrentVersionExpiration.NoncurrentDays":
                "noncurrent_version_expiration.noncurrent_days",
            **of("ExpiredObjectDeleteMarker", "expiration.expired_object_delete_marker", true),
            "AbortIncompleteMultipartUpload.DaysAfterInitiation":
                "abort_incomplete_multipart_upload.days_after_initiation",
            "Transitions": ("transition", {
                "StorageClass": "storage_class", "TransitionInDays": "days"})}),
        "NotificationConfiguration.QueueConfigurations": ("notification.queue", {
            **of("Event", "events", lambda event: [event], list), "Queue": "queue_arn",
            **of("Filter.S3Key.Rules", "filter_prefix",
                 lambda rules: {r["Name"]: r["Value"] for r in rules},
                 lambda prefix: {"prefix": prefix})}),
    }),
    Pair("AWS::S3::BucketPolicy", "aws_s3_bucket_policy",
         same("Bucket", **of("PolicyDocument", "policy", document))),
    Pair("AWS::SQS::Queue", "aws_sqs_queue", {
        "QueueName": "name", **same("SqsManagedSseEnabled"),
        "VisibilityTimeout": "visibility_timeout_seconds",
        "MessageRetentionPeriod": "message_retention_seconds",
        **of("RedrivePolicy", "redrive_policy", redrive)}),
    Pair("AWS::SQS::QueuePolicy", "aws_sqs_queue_policy", {
        **of("Queues", "queue_url", lambda queues: queues, lambda queue: [queue]),
        **of("PolicyDocument", "policy", document)}),
    Pair("AWS::Lambda::Function", "aws_lambda_function", {
        **same("FunctionName Handler MemorySize Role Runtime Timeout Architectures "
               "Environment.Variables LoggingConfig.LogFormat LoggingConfig.LogGroup "
               "VpcConfig.SecurityGroupIds VpcConfig.SubnetIds "
               "VpcConfig.Ipv6AllowedForDualStack"),
        **of("ReservedConcurrentExecutions", "reserved_concurrent_executions", positive)},
        key=("FunctionName",),
        left={"Code": "the same package, from the bucket that SAM puts it into",
              "filename": "the same package", "source_code_hash": "the same package",
              "publish": "AWS::Lambda::Version", "Description": "SAM's own, and empty",
              "Tags": "SAM's own"}),
    Pair("AWS::Lambda::Alias", "aws_lambda_alias", same("Name FunctionName"),
         key=("FunctionName", "Name"),
         left={"FunctionVersion": "the version just published", "function_version": "the same"}),
    Pair("AWS::Lambda::EventSourceMapping", "aws_lambda_event_source_mapping", same(
        "EventSourceArn FunctionName BatchSize FunctionResponseTypes "
        "ScalingConfig.MaximumConcurrency")),
    Pair("AWS::Lambda::EventInvokeConfig", "aws_lambda_function_event_invoke_config", same(
        "FunctionName Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds "
        "DestinationConfig.OnFailure.Destination")),
    # An alias is a name of one and two of the other; which alias is left to the parts of its ARN.
    Pair("AWS::Lambda::Permission", "aws_lambda_permission", same(
        "FunctionName Action Principal FunctionUrlAuthType SourceArn"),
        left={"qualifier": "part of FunctionName"}),
    Pair("AWS::Lambda::Url", "aws_lambda_function_url", same(
        "InvokeMode", TargetFunctionArn="function_name", AuthType="authorization_type"),
        left={"qualifier": "part of TargetFunctionArn"}),
    Pair("AWS::IAM::Role", "aws_iam_role", {
        **of("AssumeRolePolicyDocument", "assume_role_policy", document),
        **of("Policies", "policies", policies, policies_of_role)},
        key=("Policies",), left={"name": GENERATED}),
    Pair("AWS::Logs::LogGroup", "aws_cloudwatch_log_group", {
        "LogGroupName": "name", **same("RetentionInDays")}, key=("LogGroupName",)),
    Pair("AWS::Logs::MetricFilter", "aws_cloudwatch_log_metric_filter", same(
        "LogGroupName", FilterPattern="pattern", MetricTransformations=("metric_transformation", {
            "MetricNamespace": "namespace", "MetricName": "name", "MetricValue": "value",
            "DefaultValue": "default_value"})), left={"name": GENERATED}),
    Pair("AWS::Scheduler::Schedule", "aws_scheduler_schedule", same(
        "Name Description ScheduleExpression State FlexibleTimeWindow.Mode Target.Arn "
        "Target.RoleArn Target.RetryPolicy.MaximumRetryAttempts "
        "Target.RetryPolicy.MaximumEventAgeInSeconds Target.DeadLetterConfig.Arn")),
    Pair("AWS::ApiGatewayV2::Api", "aws_apigatewayv2_api", same("Name ProtocolType"),
         key=("Name",)),
    Pair("AWS::ApiGatewayV2::Integration", "aws_apigatewayv2_integration", same(
        "ApiId IntegrationType IntegrationUri PayloadFormatVersion",
        TimeoutInMillis="timeout_milliseconds")),
    Pair("AWS::ApiGatewayV2::Authorizer", "aws_apigatewayv2_authorizer", same(
        "ApiId Name AuthorizerType JwtConfiguration.Issuer JwtConfiguration.Audience",
        IdentitySource="identity_sources")),
    Pair("AWS::ApiGatewayV2::Route", "aws_apigatewayv2_route", same(
        "ApiId RouteKey AuthorizationType AuthorizerId", **of("Target", "target", target))),
    Pair("AWS::ApiGatewayV2::Stage", "aws_apigatewayv2_stage", same(
        "ApiId AutoDeploy DefaultRouteSettings.ThrottlingRateLimit "
        "DefaultRouteSettings.ThrottlingBurstLimit AccessLogSettings.DestinationArn "
        "AccessLogSettings.Format", StageName="name")),
    Pair("AWS::RDS::DBCluster", "aws_rds_cluster", same(
        "Engine EngineVersion DatabaseName Port MasterUsername ManageMasterUserPassword "
        "StorageEncrypted BackupRetentionPeriod CopyTagsToSnapshot DeletionProtection "
        "VpcSecurityGroupIds", **{
            "DBClusterIdentifier": "cluster_identifier",
            "EnableIAMDatabaseAuthentication": "iam_database_authentication_enabled",
            "DBClusterParameterGroupName": "db_cluster_parameter_group_name",
            "DBSubnetGroupName": "db_subnet_group_name",
            "EnableCloudwatchLogsExports": "enabled_cloudwatch_logs_exports",
            "ServerlessV2ScalingConfiguration.MinCapacity":
                "serverlessv2_scaling_configuration.min_capacity",
            "ServerlessV2ScalingConfiguration.MaxCapacity":
                "serverlessv2_scaling_configuration.max_capacity"}),
        left={"final_snapshot_identifier": "DeletionPolicy: Snapshot"}),
    Pair("AWS::RDS::DBInstance", "aws_rds_cluster_instance", same(
        "Engine PubliclyAccessible AutoMinorVersionUpgrade", DBClusterIdentifier="cluster_identifier",
        DBInstanceIdentifier="identifier", DBInstanceClass="instance_class")),
    Pair("AWS::RDS::DBClusterParameterGroup", "aws_rds_cluster_parameter_group", same(
        "Description Family", **of("Parameters", "parameter", dict, parameters)),
        left={"name_prefix": GENERATED}),
    Pair("AWS::RDS::DBSubnetGroup", "aws_db_subnet_group", same(
        "SubnetIds", DBSubnetGroupDescription="description"), left={"name_prefix": GENERATED}),
    Pair("AWS::EC2::SecurityGroup", "aws_security_group", same(
        "VpcId", GroupDescription="description",
        **of("SecurityGroupIngress", "ingress", rules, rules_of_terraform),
        **of("SecurityGroupEgress", "egress", rules, rules_of_terraform)),
        key=("GroupDescription",), left={"name_prefix": GENERATED}),
    Pair("AWS::EC2::VPC", "aws_vpc", same(
        "CidrBlock EnableDnsSupport EnableDnsHostnames",
        AmazonProvidedIpv6CidrBlock="assign_generated_ipv6_cidr_block",
        **of("Tags", "tags", tags, dict))),
    Pair("AWS::EC2::Subnet", "aws_subnet", same(
        "VpcId AvailabilityZone CidrBlock", Ipv6CidrBlock="ipv6_cidr_block",
        **of("Tags", "tags", tags, dict)), key=("CidrBlock",)),
    Pair("AWS::EC2::RouteTable", "aws_route_table", same(
        "VpcId", **of("Tags", "tags", tags, dict)), key=("Tags",)),
    Pair("AWS::EC2::SubnetRouteTableAssociation", "aws_route_table_association", same(
        "SubnetId RouteTableId")),
    Pair("AWS::EC2::VPCEndpoint", "aws_vpc_endpoint", same(
        "VpcId VpcEndpointType ServiceName RouteTableIds SubnetIds SecurityGroupIds",
        **of("PrivateDnsEnabled", "private_dns_enabled", true))),
    Pair("AWS::EC2::EgressOnlyInternetGateway", "aws_egress_only_internet_gateway", same("VpcId")),
    Pair("AWS::EC2::Route", "aws_route", same(
        "RouteTableId DestinationCidrBlock GatewayId NatGatewayId",
        DestinationIpv6CidrBlock="destination_ipv6_cidr_block",
        EgressOnlyInternetGatewayId="egress_only_gateway_id")),
    Pair("AWS::EC2::InternetGateway", "aws_internet_gateway", same("VpcId")),
    Pair("AWS::EC2::EIP", "aws_eip", same("Domain")),
    Pair("AWS::EC2::NatGateway", "aws_nat_gateway", same("SubnetId AllocationId")),
    Pair("AWS::SNS::Topic", "aws_sns_topic", {"TopicName": "name"}),
    Pair("AWS::SNS::TopicPolicy", "aws_sns_topic_policy", {
        **of("Topics", "arn", lambda topics: topics, lambda topic: [topic]),
        **of("PolicyDocument", "policy", document)}),
    Pair("AWS::SNS::Subscription", "aws_sns_topic_subscription",
         same("TopicArn Protocol Endpoint")),
    Pair("AWS::CloudWatch::Alarm", "aws_cloudwatch_metric_alarm", same(
        "AlarmName AlarmDescription AlarmActions Namespace MetricName Statistic Period "
        "EvaluationPeriods ComparisonOperator Threshold TreatMissingData",
        **of("Dimensions", "dimensions", dimensions, lambda value: value),
        Metrics=("metric_query", same("Id Expression Period"))),
        left={"metric_query.return_data": DEFAULT}),
    Pair("AWS::CloudWatch::Dashboard", "aws_cloudwatch_dashboard", same(
        "DashboardName", **of("DashboardBody", "dashboard_body", ordered))),
    Pair("AWS::Budgets::Budget", "aws_budgets_budget", {
        "Budget.BudgetName": "name", "Budget.BudgetType": "budget_type",
        "Budget.TimeUnit": "time_unit", "Budget.BudgetLimit.Amount": "limit_amount",
        "Budget.BudgetLimit.Unit": "limit_unit",
        "NotificationsWithSubscribers": ("notification", {
            "Notification.NotificationType": "notification_type",
            "Notification.ComparisonOperator": "comparison_operator",
            "Notification.Threshold": "threshold",
            **of("Subscribers", "subscriber_sns_topic_arns", subscribers, list)})},
        left={"notification.threshold_type": DEFAULT}),
]
BY_CLOUDFORMATION = {pair.cloudformation: pair for pair in PAIRS}
BY_TERRAFORM = {pair.terraform: pair for pair in PAIRS}
