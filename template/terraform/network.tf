locals {
  vpc_id     = local.makes_vpc ? aws_vpc.vpc[0].id : var.vpc_id
  subnet_ids = local.makes_vpc ? aws_subnet.private[*].id : var.subnet_ids
  # Subnets of 64 addresses, whatever the VPC has.
  subnet_bits = 26 - tonumber(split("/", var.vpc_cidr)[1])
}

resource "aws_security_group" "function" {
  #checkov:skip=CKV2_AWS_5:The functions have it
  #checkov:skip=CKV_AWS_382:Two ports, not all
  count = local.uses_vpc ? 1 : 0

  name_prefix = "${var.stack_name}-function-"
  description = "The functions, which nobody reaches"
  vpc_id      = local.vpc_id

  egress {
    description = "The database"
    protocol    = "tcp"
    from_port   = var.database_port
    to_port     = var.database_port
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description      = "AWS and USAJOBS"
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_vpc" "vpc" {
  #checkov:skip=CKV2_AWS_11:Flow logs cost more than the network; the account turns them on
  #checkov:skip=CKV2_AWS_12:Nothing is in the default security group
  count = local.makes_vpc ? 1 : 0

  cidr_block                       = var.vpc_cidr
  assign_generated_ipv6_cidr_block = true
  enable_dns_support               = true
  enable_dns_hostnames             = true
  tags                             = { Name = var.stack_name }
}

resource "aws_subnet" "private" {
  count = local.makes_vpc ? 2 : 0

  vpc_id            = aws_vpc.vpc[0].id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(var.vpc_cidr, local.subnet_bits, count.index)
  ipv6_cidr_block   = cidrsubnet(aws_vpc.vpc[0].ipv6_cidr_block, 8, count.index)
  tags              = { Name = "${var.stack_name}-private-${["a", "b"][count.index]}" }
}

resource "aws_route_table" "private" {
  count = local.makes_vpc ? 1 : 0

  vpc_id = aws_vpc.vpc[0].id
  tags   = { Name = "${var.stack_name}-private" }
}

resource "aws_route_table_association" "private" {
  count = local.makes_vpc ? 2 : 0

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[0].id
}

# Free, and the way of every byte that is loaded.
resource "aws_vpc_endpoint" "s3" {
  count = local.makes_vpc ? 1 : 0

  vpc_id            = aws_vpc.vpc[0].id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${local.region}.s3"
  route_table_ids   = [aws_route_table.private[0].id]
}

resource "aws_egress_only_internet_gateway" "egress" {
  count = local.uses_ipv6 ? 1 : 0

  vpc_id = aws_vpc.vpc[0].id
}

resource "aws_route" "egress" {
  count = local.uses_ipv6 ? 1 : 0

  route_table_id              = aws_route_table.private[0].id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.egress[0].id
}

resource "aws_subnet" "public" {
  count = local.uses_nat ? 1 : 0

  vpc_id            = aws_vpc.vpc[0].id
  availability_zone = data.aws_availability_zones.available.names[0]
  cidr_block        = cidrsubnet(var.vpc_cidr, local.subnet_bits, 2)
  tags              = { Name = "${var.stack_name}-public" }
}

resource "aws_route_table" "public" {
  count = local.uses_nat ? 1 : 0

  vpc_id = aws_vpc.vpc[0].id
  tags   = { Name = "${var.stack_name}-public" }
}

resource "aws_route_table_association" "public" {
  count = local.uses_nat ? 1 : 0

  subnet_id      = aws_subnet.public[0].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_internet_gateway" "gateway" {
  count = local.uses_nat ? 1 : 0

  vpc_id = aws_vpc.vpc[0].id
}

resource "aws_route" "public" {
  count = local.uses_nat ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.gateway[0].id
}

resource "aws_eip" "nat" {
  #checkov:skip=CKV2_AWS_19:The NAT gateway has it
  count = local.uses_nat ? 1 : 0

  domain     = "vpc"
  depends_on = [aws_internet_gateway.gateway]
}

resource "aws_nat_gateway" "nat" {
  count = local.uses_nat ? 1 : 0

  subnet_id     = aws_subnet.public[0].id
  allocation_id = aws_eip.nat[0].id
}

resource "aws_route" "nat" {
  count = local.uses_nat ? 1 : 0

  route_table_id         = aws_route_table.private[0].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.nat[0].id
}

resource "aws_security_group" "endpoint" {
  #checkov:skip=CKV2_AWS_5:The endpoints have it
  count = local.uses_endpoints ? 1 : 0

  name_prefix = "${var.stack_name}-endpoint-"
  description = "Endpoints of AWS, which only the functions reach"
  vpc_id      = aws_vpc.vpc[0].id

  ingress {
    description     = "The functions"
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [aws_security_group.function[0].id]
  }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.uses_endpoints ? toset(["secretsmanager", "sqs"]) : toset([])

  vpc_id              = aws_vpc.vpc[0].id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  private_dns_enabled = true
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.endpoint[0].id]
}
