"""The JSON API, a file a subject. Each describes all its answers, so that OpenAPI has no surprise."""
