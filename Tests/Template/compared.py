"""Makes of every resource, of either template, what can be compared with the other's."""

import json
import re

import shapes
from cloudformation import Reference
from shapes import BY_CLOUDFORMATION, BY_TERRAFORM

# What Terraform's provider of made-up answers says where AWS would choose.
MADE_UP = re.compile(r"[a-z0-9]{8}")


def text(value, references):
    """Numbers and truth as texts, empty as absent, lists in one order, references by what they mean."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:g}" if abs(value) < 1e6 else str(int(value))
    if isinstance(value, str):
        return references(value) or None
    if isinstance(value, list):
        items = [text(item, references) for item in value]
        return sorted((i for i in items if i is not None), key=in_order) or None
    if isinstance(value, dict):
        items = {key: text(item, references) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None} or None
    return value


def in_order(value):
    return json.dumps(value, sort_keys=True)


def at(value, path):
    for step in path.split("."):
        if isinstance(value, list):
            assert len(value) < 2, f"{path} leads through a list: {value}"
            value = value[0] if value else None
        value = value.get(step) if isinstance(value, dict) else None
    return value


def shape(names, properties, side, references):
    """What a table makes of a resource's properties; side is 0 for CloudFormation, 1 for Terraform."""
    found = {}
    for one, (other, *how) in table(names):
        value = at(properties, (one, other)[side])
        if value in (None, []) or not side and value == "":
            continue
        if how and isinstance(how[0], dict):
            items = value if isinstance(value, list) else [value]
            value = [shape(how[0], item, side, references) for item in items]
        elif how:
            value = how[side](value)
        found[other] = text(value, references)
    return {name: value for name, value in found.items() if value is not None}


def table(names):
    return [(one, (other,) if isinstance(other, str) else other) for one, other in names.items()]


def covered(names):
    """The names of either template that a table compares, in all depths."""
    found = [set(), set()]
    for one, (other, *how) in table(names):
        if how and isinstance(how[0], dict):
            for side, inner in enumerate(covered(how[0])):
                found[side] |= {f"{(one, other)[side]}.{name}" for name in inner}
        else:
            found[0].add(one)
            found[1].add(other)
    return found


def leaves(value, path=""):
    """The names in a tree of properties, with dots."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path


def uncompared(pair, side, properties):
    """The names among properties that a pair neither compares nor leaves out with a reason."""
    known = covered(pair.names)[side] | set(pair.left)
    return sorted(name for name in set(leaves(properties)) if not any(
        name == k or name.startswith(k + ".") for k in known))


# ---- CloudFormation ------------------------------------------------------------------------------


def of_cloudformation(stack):
    """The resources of a stack: logical name to pair and properties, parts put where they belong."""
    whole, parts = {}, []
    for name, resource in stack.resources.items():
        kind, properties = resource["Type"], resource["Properties"]
        if kind in shapes.CLOUDFORMATION_ONLY or name in shapes.CLOUDFORMATION_ONLY_NAMES:
            continue
        if kind in shapes.CLOUDFORMATION_PARTS:
            parts.append((shapes.CLOUDFORMATION_PARTS[kind][1], properties))
        else:
            whole[name] = (BY_CLOUDFORMATION[kind], dict(properties))
    for link, properties in parts:
        whole[properties[link]][1].update({k: v for k, v in properties.items() if k != link})
    return whole


def cloudformation(stack):
    resources = of_cloudformation(stack)
    meant = {}

    def references(value):
        name, _, attribute = value.partition(".")
        if isinstance(value, Reference) and attribute in ("", "Arn", "AllocationId"):
            found = identity(*resources[name], 0, references)
            assert meant.setdefault(found, name) == name, f"{found} is {meant[found]} and {name}"
            return found
        return value

    return listed(resources, 0, references)


# ---- Terraform -----------------------------------------------------------------------------------


def of_terraform(state):
    """The resources of a state: address to pair and values, parts put where they belong."""
    whole, parts = {}, []
    for resource in state:
        values = dict(resource["values"])
        if resource["type"] in shapes.TERRAFORM_PARTS:
            parts.append((*shapes.TERRAFORM_PARTS[resource["type"]], values))
        else:
            whole[resource["address"]] = (BY_TERRAFORM[resource["type"]], values)
    for kind, part, link, values in parts:
        owner, = (v for p, v in whole.values()
                  if p.terraform == kind and values[link] in (v["id"], v.get("name")))
        if part == "policies":
            owner.setdefault(part, []).append(values)
        else:
            owner[part] = values
    return whole


def terraform(state):
    resources = of_terraform(state)
    by_value = {}
    for pair, values in resources.values():
        for name in ("id", "arn", "name"):
            value = values.get(name)
            # What both write in full, as the names of queues, is compared as it is.
            if value and (MADE_UP.fullmatch(value) or pair.key and name != "name"):
                assert by_value.setdefault(value, values) is values, f"two are called {value}"
    pairs = {id(values): pair for pair, values in resources.values()}

    def references(value):
        if values := by_value.get(value):
            return identity(pairs[id(values)], values, 1, references)
        return None if MADE_UP.fullmatch(value) else value

    for pair, values in resources.values():
        # An alias, which CloudFormation has a single name for.
        if "function_name" in values and values.get("qualifier") and pair.left.get("qualifier"):
            alias = BY_TERRAFORM["aws_lambda_alias"]
            values["function_name"] = identity(alias, {
                "function_name": values["function_name"], "name": values["qualifier"]}, 1, str)
    return listed(resources, 1, references)


# ---- Both ----------------------------------------------------------------------------------------


def identity(pair, properties, side, references):
    """What others call a resource that they refer to."""
    key = shape({k: pair.names[k] for k in pair.key}, properties, side, references)
    return f"{pair.terraform} {in_order(key)}"


def listed(resources, side, references):
    return [f"{pair.terraform} {in_order(shape(pair.names, properties, side, references))}"
            for pair, properties in resources.values()]
