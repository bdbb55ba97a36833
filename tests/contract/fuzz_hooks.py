"""What no generator can know: a cursor is signed by the server, so a made-up one is rightly refused; and no text of ours
holds U+0000, which a schema can only say at every string again."""

import schemathesis
from schemathesis import GenerationMode


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta
    if meta is None or meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)
    case.body = without_nul(case.body)


def without_nul(value):
    if isinstance(value, str):
        return value.replace("\0", "0")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(item) for key, item in value.items()}
    return value
