"""Tables with their indexes and expiry, and what may be done with them."""

from collections.abc import Iterator
from typing import Final

from data.aws import table_state
from data.aws.conditions import absent, present
from data.aws.error_codes import SETUP
from data.aws.permission_probes import ask
from data.aws.table_state import TableState
from data.aws.tables import Table, change, create, marshal, remove, require
from data.core.errors import Defect
from data.doctor.environment import NOT_NOW, Patient, Probe, allow, probe
from data.doctor.findings import Finding, State

NOBODY: Final = "doctor#probe"  # the key of an item that is not there, and is never written


def examine(patient: Patient, table: Table) -> tuple[Finding, ...]:
    """All there is to say of one declared table."""
    name, client = patient.settings.table(table.name), patient.clients.dynamodb
    there = ask(client, "describe_table", table.name, TableName=name)
    expiry = ask(client, "describe_time_to_live", table.name, TableName=name)
    if there.missing:
        return (Finding("table", name, State.MISSING, "The table is not there.", SETUP),)
    allowed = (patient.may(name, _probes(patient, table, name)),) if patient.limited else ()
    if refused := [each for each in (there, expiry) if not each.told]:
        return (_unseen(patient, name, denied=any(each.denied for each in refused)), *allowed)
    state = table_state.state_of(table, name, there.told["Table"], expiry.told["TimeToLiveDescription"])
    return (*_structure(table, state), *allowed)


def _unseen(patient: Patient, name: str, *, denied: bool) -> Finding:
    actions = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
    remedy = allow(actions, [patient.arn("dynamodb", f"table/{name}")]) if denied else NOT_NOW
    return Finding("table", name, State.DENIED if denied else State.UNKNOWN, "It cannot be described.", remedy)


def _structure(table: Table, state: TableState) -> Iterator[Finding]:
    name = state.real_name
    if state.keys != table.key:
        variable = table.name.upper().replace("-", "_")
        problem = f"It is keyed by {' and '.join(state.keys)}, not by {' and '.join(table.key)}."
        remedy = f"set DASHBOARD_TABLE_{variable} to another name, or remove what is there"
        yield Finding("table", name, State.BROKEN, problem, remedy)
    elif state.status not in {"ACTIVE", "UPDATING"}:
        yield Finding("table", name, State.BROKEN, f"The table is {state.status.lower()}.", NOT_NOW)
    else:
        yield Finding("table", name)
    for index in [index for index in state.indexes if index.name in {each.name for each in table.indexes}]:
        gone = index.state == "MISSING"
        bad = State.MISSING if gone else State.BROKEN
        problem = f"The index is {index.problem}." if index.problem else ""
        remedy = SETUP if gone else f"remove the index, then {SETUP}" if "keyed" in index.problem else NOT_NOW
        said = (bad, problem, remedy) if problem else ()
        yield Finding("index", f"{index.name} of {name}", *said)
    if table.expires:
        yield _expiry(table.expires, state)


def _expiry(attribute: str, state: TableState) -> Finding:
    if state.expiry not in table_state.EXPIRES:
        problem = f"Items past their time stay: expiry by {attribute} is off."
        return Finding("expiry", state.real_name, State.MISSING, problem, SETUP)
    if state.expires != attribute:
        problem = f"Items expire by {state.expires}, not by {attribute}."
        remedy = f"turn expiry by {state.expires} off, then {SETUP}"
        return Finding("expiry", state.real_name, State.BROKEN, problem, remedy)
    return Finding("expiry", state.real_name)


def _probes(patient: Patient, table: Table, name: str) -> Iterator[Probe]:
    """Reads of an item that is not there, and writes of it under a condition that cannot hold."""
    client, arn = patient.clients.dynamodb, patient.arn("dynamodb", f"table/{name}")
    key = dict.fromkeys(table.key, NOBODY)
    never, refused = present(table) & absent(table), Defect("a probe")
    yield probe("dynamodb:GetItem", arn, client, "get_item", TableName=name, Key=marshal(key))
    wanted = {name: {"Keys": [marshal(key)]}}
    yield probe("dynamodb:BatchGetItem", arn, client, "batch_get_item", RequestItems=wanted)
    writes = {
        "dynamodb:PutItem": create(table, key, when=never, otherwise=refused),
        "dynamodb:UpdateItem": change(table, key, {"probe": NOBODY}, when=never, otherwise=refused),
        "dynamodb:DeleteItem": remove(table, key, when=never, otherwise=refused),
    }
    for action, write in writes.items():
        if single := write.alone(name):
            yield probe(action, arn, client, single[0], **single[1])
    checked = [require(table, key, when=never, otherwise=refused).request(name)]
    yield probe("dynamodb:ConditionCheckItem", arn, client, "transact_write_items", TransactItems=checked)
    yield from (_query(patient, name, arn, each.name, each.partition) for each in table.indexes)
    yield _query(patient, name, arn, None, table.key[0])


def _query(patient: Patient, table: str, arn: str, index: str | None, partition: str) -> Probe:
    place = {"IndexName": index} if index else {}
    return probe(
        "dynamodb:Query",
        f"{arn}/index/{index}" if index else arn,
        patient.clients.dynamodb,
        "query",
        TableName=table,
        KeyConditionExpression="#partition = :nobody",
        ExpressionAttributeNames={"#partition": partition},
        ExpressionAttributeValues=marshal({":nobody": NOBODY}),
        Limit=1,
        **place,
    )
