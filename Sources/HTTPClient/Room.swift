// HTTPClient: HTTP out, on libcurl's multi interface.
