"""Ask the HTTP interface of one timeline, in process, and insist on an answer."""

from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

ARTICLE = "kp-in-ukraine-article"
RUSSIA = "kp-in-russia-2024-25"


class Asking:
    """`of` narrows to a timeline; parameters with a list are repeated."""

    def __init__(self, client: TestClient[Litestar], key: str, base: str = "/v1") -> None:
        self.client = client
        self._key = key
        self._base = base

    def of(self, timeline: str) -> "Asking":
        return Asking(self.client, self._key, f"/v1/timelines/{timeline}")

    def get(self, path: str, status: int = 200, /, **parameters: Any) -> Any:
        answer = self.client.get(self._base + path, params=parameters)
        assert answer.status_code == status, answer.text[:500]
        return answer.json()

    def text(self, path: str, **parameters: Any) -> str:
        answer = self.client.get(self._base + path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.text

    def items(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(path, **parameters)["items"]
        return found

    def post(self, path: str, body: Any, *, status: int = 201) -> Any:
        headers = {"Authorization": f"Bearer {self._key}"}
        answer = self.client.post(self._base + path, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def tell(self, name: str, **body: Any) -> Any:
        """Append one event of a type and return its receipt."""
        return self.post("/events", {"type": f"{name}.v1", "body": body})
