# syntax=docker/dockerfile:1
# Builds linqhook with the Swift runtime inside, and puts it alone on a slim Debian.
#
# To build from images that nobody can exchange, name them by digest; `docker buildx imagetools inspect NAME` shows it:
#   docker build --build-arg BUILD_IMAGE=swift:6.3-bookworm@sha256:… --build-arg BASE_IMAGE=debian:bookworm-slim@sha256:… .
ARG BUILD_IMAGE=swift:6.3-bookworm
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BUILD_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libmicrohttpd-dev libpq-dev libsqlite3-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
# The manifest names the test targets, so their folders must be there.
COPY Tests Tests
RUN swift build -c release --product linqhook --static-swift-stdlib -Xlinker -s \
    && install -D "$(swift build -c release --show-bin-path)/linqhook" /out/linqhook

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="linqhook" \
      org.opencontainers.image.description="The receiver for Linq's webhooks: verified, deduplicated, on disk before the 200" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcurl4 libmicrohttpd12 libsqlite3-0 libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 linqhook \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/linqhook --shell /usr/sbin/nologin linqhook \
    && install -d -m 0700 -o linqhook -g linqhook /var/lib/linqhook
COPY --from=build /out/linqhook /usr/bin/linqhook
COPY config/linqhook.container.yaml /etc/linqhook/linqhook.yaml
USER 10001:10001
WORKDIR /var/lib/linqhook
VOLUME /var/lib/linqhook
ENV SWIFT_BACKTRACE=enable=no
EXPOSE 8080 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s --retries=3 CMD ["/usr/bin/linqhook", "health"]
ENTRYPOINT ["/usr/bin/linqhook"]
CMD ["serve"]
