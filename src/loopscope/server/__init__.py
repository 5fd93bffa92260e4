"""The lab's server: pages, API, one WebSocket a page. Relays between page and worker; never sees torch."""
