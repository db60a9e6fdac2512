"""How a server of one's own is asked: at the machine that was looked at, and nowhere else."""

from urllib.parse import urlsplit

import httpx

from agents.model_choices import addresses

PORTS = {"http": 80, "https": 443}


class Pinned(httpx.HTTPTransport):
    """
    Sends each request to the number its host was found to have, once that is known to be allowed.

    Between looking and asking the name can lead elsewhere by now; the number cannot.
    """

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, scheme = request.url.host, request.url.scheme
        try:
            number = addresses.resolve(host, request.url.port or PORTS[scheme])
        except addresses.NotReachable as why:
            raise httpx.ConnectError(str(why), request=request) from None
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=number)
        return super().handle_request(request)


def open_client(base_url: str, *, timeout: float) -> httpx.Client:
    """Return a client for one server: it follows nobody elsewhere, and asks no proxy."""
    host = urlsplit(base_url).hostname
    assert host, f"{base_url} was checked when it was set"
    return httpx.Client(
        transport=Pinned(retries=0), timeout=timeout, follow_redirects=False, trust_env=False
    )
