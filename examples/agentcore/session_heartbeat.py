"""A Strands hook: one heartbeat a turn, before the model is called."""

from urllib.request import Request, urlopen

from strands.hooks import BeforeInvocationEvent, HookProvider, HookRegistry


class SessionHeartbeat(HookProvider):
    """Raises urllib.error.HTTPError, with 410 for a session that has expired."""

    def __init__(self, base_url: str, session_id: str, headers: dict[str, str] | None = None):
        url = f"{base_url}/api/messaging/sessions/{session_id}/heartbeat"
        self.request = Request(url, method="POST", headers=headers or {})

    def register_hooks(self, registry: HookRegistry, **kwargs) -> None:
        registry.add_callback(BeforeInvocationEvent, self.beat)

    def beat(self, event: BeforeInvocationEvent) -> None:
        urlopen(self.request, timeout=10).close()
