"""Takes a session through its life with the client that openapi-python-client makes of openapi.yaml.

Usage: python life.py <URL of the API>
"""

import sys
from uuid import UUID

from sessions_api_client import Client
from sessions_api_client.api.sessions import (
    change_metadata,
    change_timeout,
    create_session,
    delete_session,
    delete_sessions,
    get_health,
    get_session,
    heartbeat_session,
    list_sessions,
    renew_session,
)
from sessions_api_client.models import (
    CreateRequest,
    CreateRequestMetadata,
    ErrorResponse,
    MetadataPatch,
    MetadataPatchMetadata,
    SessionInfo,
    TimeoutSettings,
)

AGENT = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
USER = "a0000000-0000-4000-8000-000000000001"
METADATA = {"channel": "web", "名前": "x", "nested": {"tags": ["a", 1, None]}}

client = Client(base_url=sys.argv[1])


def session_of(answer) -> SessionInfo:
    assert isinstance(answer, SessionInfo), answer
    return answer


metadata = CreateRequestMetadata.from_dict(METADATA)
body = CreateRequest(agent_id=AGENT, user_id=USER, metadata=metadata)
session = session_of(create_session.sync(client=client, body=body))
assert session.metadata.to_dict() == METADATA, session.metadata
assert session.user_id == UUID(USER), session.user_id
sid = session.session_id

assert session_of(get_session.sync(sid, client=client)).time_remaining > 0
assert session_of(heartbeat_session.sync(sid, client=client)).renewal_count == 1
assert session_of(renew_session.sync(sid, client=client)).renewal_count == 2
settings = TimeoutSettings(timeout_minutes=60)
assert session_of(change_timeout.sync(sid, client=client, body=settings)).timeout_config.timeout_minutes == 60
patch = MetadataPatch(metadata=MetadataPatchMetadata.from_dict({"channel": None}))
patched = session_of(change_metadata.sync(sid, client=client, body=patch))
assert "channel" not in patched.metadata.to_dict(), patched.metadata
assert list_sessions.sync(client=client, user_id=USER).total == 1
assert delete_session.sync(sid, client=client).success is True
missing = get_session.sync(sid, client=client)
assert isinstance(missing, ErrorResponse) and missing.error.code == "SESSION_NOT_FOUND", missing
assert delete_sessions.sync(client=client, user_id=USER).deleted == 0
assert get_health.sync(client=client).status == "healthy"
print("The generated Python client went through a session's life: ok")
