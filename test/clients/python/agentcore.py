"""Runs turns of a Strands agent with the example's hook, with a model that answers at once.

Usage: python agentcore.py <URL of the API>
"""

import json
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from strands import Agent
from strands.models import Model

sys.path.insert(0, str(Path(__file__).parents[3] / "examples/agentcore"))
from session_heartbeat import SessionHeartbeat  # noqa: E402

AGENT = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
USER = "a0000000-0000-4000-8000-000000000002"


class Echo(Model):
    """A model that says hello."""

    def update_config(self, **model_config):
        pass

    def get_config(self):
        return {}

    def structured_output(self, output_model, prompt, system_prompt=None, **kwargs):
        raise NotImplementedError

    async def stream(self, messages, tool_specs=None, system_prompt=None, **kwargs):
        yield {"messageStart": {"role": "assistant"}}
        yield {"contentBlockStart": {"start": {}}}
        yield {"contentBlockDelta": {"delta": {"text": "hello"}}}
        yield {"contentBlockStop": {}}
        yield {"messageStop": {"stopReason": "end_turn"}}


def call(method: str, path: str, body: dict | None = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = Request(f"{base}/api/messaging/sessions{path}", data=data, method=method, headers=headers)
    with urlopen(request, timeout=10) as response:
        return json.load(response)


base = sys.argv[1]
session_id = call("POST", "", {"agentId": AGENT, "userId": USER})["sessionId"]
agent = Agent(model=Echo(), hooks=[SessionHeartbeat(base, session_id)], callback_handler=None)
for turn in (1, 2):
    assert "hello" in str(agent(f"turn {turn}"))
    assert call("GET", f"/{session_id}")["renewalCount"] == turn
call("DELETE", f"/{session_id}")
try:
    agent("too late")
except HTTPError as error:
    assert error.code == 404, error
else:
    raise AssertionError("a turn of a deleted session has run")
print("AgentCore: one heartbeat a turn, and none without its session")
