"""A Strands hook: one heartbeat a turn, before the model is called."""

from collections.abc import Callable
from urllib.request import Request, urlopen

from strands.hooks import BeforeInvocationEvent, HookProvider, HookRegistry


class SessionHeartbeat(HookProvider):
    """Raises urllib.error.HTTPError, with 410 for a session that has expired."""

    def __init__(self, base_url: str, session_id: str, headers: Callable[[str, str], dict] = lambda method, url: {}):
        self.url = f"{base_url}/api/messaging/sessions/{session_id}/heartbeat"
        self.headers = headers  # asked for at each beat: tokens and signatures expire

    def register_hooks(self, registry: HookRegistry, **kwargs) -> None:
        registry.add_callback(BeforeInvocationEvent, self.beat)

    def beat(self, event: BeforeInvocationEvent) -> None:
        request = Request(self.url, method="POST", headers=self.headers("POST", self.url))
        urlopen(request, timeout=10).close()
