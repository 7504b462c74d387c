# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.26.8 AS build
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=unknown
WORKDIR /src
# The modules change rarely: a layer of their own.
COPY go.mod go.sum ./
RUN go mod download
COPY api/ api/
COPY cmd/ cmd/
COPY config/ config/
COPY controllers/ controllers/
COPY internal/ internal/
# No C, no paths of this machine, no time: the same sources give the same bytes.
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X provost.dev/provost/internal/text/version.Version=$VERSION" \
    -o /provost ./cmd/provost

# Certificates, time zones and a user that is not root; no shell, no git.
FROM gcr.io/distroless/static:nonroot
COPY --from=build /provost /usr/local/bin/provost
COPY LICENSE /LICENSE
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/provost"]
