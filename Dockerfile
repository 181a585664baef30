# syntax=docker/dockerfile:1
# Three images from one build:
#   docker build --target sqsd -t sqsd .
#   docker build --target worker-server -t worker-server .
#   docker build --target local-sqs -t local-sqs .

FROM swift:6.3-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends libcurl4-openssl-dev libyaml-dev pkg-config make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The dependencies first: this layer is rebuilt only when Package.swift changes (docker build --no-cache takes newer
# patch releases).
COPY Package.swift ./
RUN swift package resolve
COPY Makefile LICENSE THIRD-PARTY.md ./
COPY .ci .ci
COPY Sources Sources
# The manifest names the test targets, whose folders must be there; the tests themselves run in CI, not here.
RUN for target in $(sed -nE 's/.*name: "([A-Za-z]+Tests|TestSupport)".*/\1/p' Package.swift); do mkdir -p "Tests/$target"; done \
 && for target in Tests/*; do echo '// left out of the image' > "$target/Empty.swift"; done \
 && make release

FROM debian:bookworm-slim AS sqsd
# curl is for people with a shell in the task; the health check asks the program itself.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libcurl4 libyaml-0-2 ca-certificates curl \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/.build/dist/sqsd /usr/local/bin/sqsd
COPY --from=build /src/LICENSE /src/THIRD-PARTY.md /usr/share/doc/beanpole/
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=1s CMD ["sqsd", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sqsd"]

# worker-server is one static file: in an image of your own,
#   COPY --from=worker-server /usr/local/bin/worker-server /usr/local/bin/
FROM debian:bookworm-slim AS worker-server
COPY --from=build /src/.build/dist/worker-server /usr/local/bin/worker-server
COPY --from=build /src/LICENSE /src/THIRD-PARTY.md /usr/share/doc/beanpole/
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=1s CMD ["worker-server", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["worker-server"]

FROM debian:bookworm-slim AS local-sqs
# Loopback inside a container reaches nobody.
ENV LOCAL_SQS_ADDRESS=0.0.0.0:9324
COPY --from=build /src/.build/dist/local-sqs /usr/local/bin/local-sqs
COPY --from=build /src/LICENSE /src/THIRD-PARTY.md /usr/share/doc/beanpole/
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --start-interval=1s CMD ["local-sqs", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["local-sqs"]
