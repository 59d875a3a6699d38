"""Which operations of AWS the product calls, found by walking its syntax trees against botocore's own models."""

import ast
from functools import cache

from botocore import xform_name
from botocore.session import Session

from tests.dashboards import ROOT

SERVICES = ("dynamodb", "s3", "sqs", "sns", "sts", "cognito-identity", "cognito-idp")
CALLERS = [*(ROOT / "data" / "aws").glob("*.py"), *(ROOT / "data" / "doctor").glob("*.py")]


@cache
def model(service):
    """What botocore knows of a service."""
    return Session().get_service_model(service)


@cache
def operations():
    """{(service, what boto3 calls it): what AWS calls it} of each operation that is named where calls are made."""
    named = {
        node.value if isinstance(node, ast.Constant) else node.attr
        for path in CALLERS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    }
    known = ((service, name) for service in SERVICES for name in model(service).operation_names)
    return {(service, xform_name(name)): name for service, name in known if xform_name(name) in named}
