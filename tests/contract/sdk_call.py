"""A stranger's program against the generated client: one public call, one with a key.

BASE_URL=http://127.0.0.1:8080 API_KEY=sk_test_… PYTHONPATH=generated .venv/bin/python sdk_call.py
"""

import os

from itsudemo_client import AuthenticatedClient, Client
from itsudemo_client.api.billing import billing_bill_view
from itsudemo_client.api.system import system_time_view
from itsudemo_client.api.tenancy import tenant_view
from itsudemo_client.models.problem import Problem

base_url = os.environ.get("BASE_URL", "http://127.0.0.1:8080")
key = os.environ.get("API_KEY")
client = AuthenticatedClient(base_url=base_url, token=key) if key else Client(base_url=base_url)

answer = system_time_view.sync_detailed(client=client)
if isinstance(answer.parsed, Problem):
    raise SystemExit(f"GET /v1/time: {answer.parsed.code} ({answer.parsed.request_id})")
assert answer.headers.get("x-request-id"), "GET /v1/time: no X-Request-Id"
print("python: GET /v1/time", int(answer.status_code), answer.parsed.to_dict())

if key:
    mine = tenant_view.sync_detailed(client=client)
    if isinstance(mine.parsed, Problem):
        raise SystemExit(f"GET /v1/tenant: {mine.parsed.code} ({mine.parsed.request_id})")
    print("python: GET /v1/tenant", int(mine.status_code), mine.parsed.id)

    absent = billing_bill_view.sync_detailed("bill_00000000000000000000000000", client=client)
    assert isinstance(absent.parsed, Problem) and absent.parsed.code == "absent", absent
    print("python: GET /v1/bills/{id}", int(absent.status_code), absent.parsed.code)
