resource "aws_apigatewayv2_api" "http_api" {
  name          = var.stack_name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "http_api" {
  api_id                 = aws_apigatewayv2_api.http_api.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.live["api"].arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_authorizer" "http_api" {
  count = local.uses_jwt ? 1 : 0

  api_id           = aws_apigatewayv2_api.http_api.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.jwt_issuer
    audience = var.jwt_audience
  }
}

resource "aws_apigatewayv2_route" "all" {
  #checkov:skip=CKV_AWS_309:The function asks for its own tokens on every route but those meant for all; jwt_issuer puts an authorizer in front
  api_id             = aws_apigatewayv2_api.http_api.id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.http_api.id}"
  authorization_type = local.uses_jwt ? "JWT" : "NONE"
  authorizer_id      = local.uses_jwt ? aws_apigatewayv2_authorizer.http_api[0].id : null
}

# What asks whether the API lives has no token, and a browser's preflight never has one.
resource "aws_apigatewayv2_route" "open" {
  #checkov:skip=CKV_AWS_309:These are for all
  for_each = toset(["GET /health", "OPTIONS /{proxy+}"])

  api_id             = aws_apigatewayv2_api.http_api.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.http_api.id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_stage" "http_api" {
  api_id      = aws_apigatewayv2_api.http_api.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.api_rate_limit
    throttling_burst_limit = var.api_burst_limit
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.http_api.arn
    # No path's query and no header: they may hold what somebody searches for, or a token.
    format = join("", ["{", join(",", [for pair in [
      ["requestId", "requestId"],
      ["time", "requestTime"],
      ["ip", "identity.sourceIp"],
      ["method", "httpMethod"],
      ["path", "path"],
      ["status", "status"],
      ["bytes", "responseLength"],
      ["milliseconds", "responseLatency"],
      ["error", "error.message"],
      ["integrationError", "integrationErrorMessage"],
    ] : "\"${pair[0]}\":\"$context.${pair[1]}\""]), "}"])
  }
}

resource "aws_cloudwatch_log_group" "http_api" {
  name              = "/aws/vendedlogs/${var.stack_name}-http-api"
  retention_in_days = var.log_retention_days
}

resource "aws_lambda_permission" "http_api" {
  function_name = aws_lambda_function.function["api"].function_name
  qualifier     = aws_lambda_alias.live["api"].name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.http_api.execution_arn}/*"
}

resource "aws_lambda_function_url" "api" {
  #checkov:skip=CKV_AWS_258:AWS_IAM by default; with NONE the function asks for its own tokens
  function_name      = aws_lambda_function.function["api"].function_name
  qualifier          = aws_lambda_alias.live["api"].name
  authorization_type = var.function_url_auth
  invoke_mode        = "RESPONSE_STREAM"
}

resource "aws_lambda_permission" "function_url" {
  #checkov:skip=CKV_AWS_301:Made only where function_url_auth is NONE; the function asks for its own tokens
  count = var.function_url_auth == "NONE" ? 1 : 0

  function_name          = aws_lambda_function.function["api"].function_name
  qualifier              = aws_lambda_alias.live["api"].name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "*"
  function_url_auth_type = "NONE"
}
