# Everything here needs Go, git and make, and some tests jq, curl, gpg and ssh-keygen (.ci/run gets them): the tools are built
# from Go modules, each pinned in a go.mod of its own under hack/.
SHELL := /usr/bin/env bash -o errexit -o pipefail
.DEFAULT_GOAL := help

BIN := $(CURDIR)/bin
# A control plane that is there already (KUBEBUILDER_ASSETS, the variable that
# envtest uses too) is taken as it is; else one is built into bin/k8s.
export KUBEBUILDER_ASSETS ?= $(BIN)/k8s

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X provost.dev/provost/internal/text/version.Version=$(VERSION)

IMAGE ?= provost:$(VERSION)
KUBECTL ?= kubectl
REPO ?= .
EXAMPLE ?= examples/acme

##@ Start

.PHONY: help
help: ## Show this help.
	@awk 'BEGIN {FS = ":.*##"; print "Usage: make <target>"} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-zA-Z0-9_%-]+:.*##/ {printf "  %-22s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build controlplane ## Build what is needed and bring examples/acme to life; Ctrl-C stops it.
	$(BIN)/provost up --repo $(REPO) --path $(EXAMPLE)

.PHONY: build
build: ## Build bin/provost, and bin/kubectl-provost beside it.
	@echo "building bin/provost $(VERSION)"
	@go build -buildvcs=false -ldflags '$(LDFLAGS)' -o $(BIN)/provost ./cmd/provost
	@ln -sf provost $(BIN)/kubectl-provost

.PHONY: controlplane
controlplane: ## Build etcd, kube-apiserver, kube-controller-manager and kubectl into bin/k8s, once a version.
	@go run -C hack/controlplane . -o $(BIN)/k8s

# The minor version of Kubernetes before that of hack/controlplane/go.mod.
PREVIOUS := $(BIN)/k8s-previous

.PHONY: controlplane-previous
controlplane-previous: ## Build the same programs of the Kubernetes before into bin/k8s-previous.
	@env -u KUBEBUILDER_ASSETS go run -C hack/controlplane . -modfile previous.mod -o $(PREVIOUS)

##@ Test

TEST_FLAGS ?=

# Tests of a package with an API server wait more than they compute, so more of
# them run at once than there are cores, the longest first. The linters vet the
# code; nothing reads what -s and -w leave out.
TEST_ALL := -p 4 -vet=off -ldflags='-s -w' -timeout 30m
PACKAGES := ./tests/controllers ./tests/... $(addprefix ./internal/,cluster/admission git/gitsync git/history engine/directory) ./...

.PHONY: test
test: controlplane ## Run every test: unit, oracle, a real API server, end to end.
	go test $(TEST_ALL) $(TEST_FLAGS) $(PACKAGES)
	go test -C hack/controlplane -timeout 10m $(TEST_FLAGS) ./...
	$(MAKE) test-argocd

.PHONY: test-argocd
test-argocd: ## Run the health checks for Argo CD on their test data.
	go test -C hack/argocd-health $(TEST_FLAGS) ./...

.PHONY: test-unit
test-unit: ## Run only what needs no API server.
	go test -short -timeout 10m $(TEST_FLAGS) ./...

.PHONY: test-long
test-long: controlplane ## Run what takes long: searches over many worlds, many tries, many people (about an hour).
	.ci/long

.PHONY: test-k8s-previous
test-k8s-previous: export KUBEBUILDER_ASSETS = $(PREVIOUS)
test-k8s-previous: controlplane-previous ## Run the tests of the CRDs and of the policies against the Kubernetes before.
	CI=true go test $(TEST_ALL) -count=1 $(TEST_FLAGS) ./tests/cel
	CI=true go test $(TEST_ALL) -count=1 $(TEST_FLAGS) -run 'TestDefaultInstalls|TestSystemRoles|TestRemovedByForce|TestFindings' ./config ./internal/cluster/admission

.PHONY: test-race
test-race: controlplane ## Run every test with the race detector (needs a C compiler).
	CGO_ENABLED=1 go test -race -timeout 60m $(TEST_FLAGS) ./...

.PHONY: bench
bench: ## Run the benchmarks.
	go test -run '^$$' -bench . -benchmem -timeout 60m $(TEST_FLAGS) ./...

.PHONY: bench-peers
bench-peers: ## Measure one decision beside other engines, once they agree.
	go test -C hack/peers -vet=off -bench . -benchtime 200ms -timeout 30m $(TEST_FLAGS) .

.PHONY: bench-university
bench-university: controlplane ## Measure a university live, PEOPLE of them (20000: half an hour), and tell docs/scale.md.
	go test ./tests/controllers -run '^$$' -bench University -benchtime 1x -timeout 3h -university.people $(PEOPLE) > docs/scale/$(PEOPLE).txt
	go run -C hack/scale .

PEOPLE ?= 600

##@ Develop

.PHONY: fmt
fmt: ## Format the code.
	gofmt -w $$(git ls-files '*.go')

.PHONY: lint
lint: $(BIN)/tools/golangci-lint ## Run the linters, the layers' import rules and the API linter among them.
	$(BIN)/tools/golangci-lint run
	cd hack/controlplane && $(BIN)/tools/golangci-lint run --config $(CURDIR)/.golangci.yaml
	cd hack/tools && $(BIN)/tools/golangci-lint run --config $(CURDIR)/.golangci.yaml

.PHONY: generate
generate: $(BIN)/tools/controller-gen ## Generate the deep copies of the API types.
	$(BIN)/tools/controller-gen object paths=./api/...

.PHONY: manifests
manifests: $(BIN)/tools/controller-gen ## Generate the CRDs and the manager's ClusterRole.
	$(BIN)/tools/controller-gen crd paths=./api/... output:crd:dir=config/crd/bases
	$(BIN)/tools/controller-gen rbac:roleName=provost-manager paths='{./controllers/...,./internal/...}' output:rbac:dir=config/rbac


.PHONY: zones
zones: ## Take the time zones that the Go release in use brings.
	@cp "$$(go env GOROOT)/lib/time/zoneinfo.zip" internal/engine/zones/zoneinfo.zip
	@edition=$$(sed -n 's/^DATA=//p' "$$(go env GOROOT)/lib/time/update.bash"); \
		sed -i "s/^const Edition = .*/const Edition = \"$$edition\"/" internal/engine/zones/zones.go

.PHONY: docs
docs: $(BIN)/tools/reference ## Generate the reference of every kind.
	$(BIN)/tools/reference -crds config/crd/bases -api api/v1alpha1 -out docs/reference

# Every generator has its check: what it writes must be what is committed.
.PHONY: verify
verify: verify-generate verify-manifests verify-docs verify-zones verify-tidy ## Check that generated files are current.

verify-%: %
	@changed=$$(git status --porcelain -- $(GENERATED)); \
	if [ -n "$$changed" ]; then git --no-pager diff -- $(GENERATED); \
		echo "make $* changes what is committed; run it and commit:"; echo "$$changed"; exit 1; fi

GENERATED := api config docs/reference internal/engine/zones

MODULES := . $(patsubst %/go.mod,%,$(wildcard hack/*/go.mod))

.PHONY: tidy
tidy: ## Tidy every module.
	@for module in $(MODULES); do go mod tidy -C $$module; done
	@go mod tidy -C hack/controlplane -modfile previous.mod

.PHONY: verify-tidy
verify-tidy:
	@for module in $(MODULES); do go mod tidy -C $$module -diff || { echo "make tidy changes $$module/go.mod; run it and commit"; exit 1; }; done

# As hack/controlplane builds: what they have in common is compiled once.
TOOL_FLAGS := -trimpath -ldflags '-s -w'
$(BIN)/tools/controller-gen $(BIN)/tools/reference &: hack/tools/go.mod hack/tools/go.sum $(wildcard hack/tools/reference/*.go)
	@echo "building the generators"
	@mkdir -p $(BIN)/tools && CGO_ENABLED=0 go build -C hack/tools $(TOOL_FLAGS) -o $(BIN)/tools/ tool

$(BIN)/tools/golangci-lint: $(wildcard hack/lint/*)
	@echo "building the linter"
	@CGO_ENABLED=0 go build -C hack/lint $(TOOL_FLAGS) -o $@ .

##@ In a cluster

.PHONY: image
image: ## Build the container image.
	docker build --build-arg VERSION=$(VERSION) -t $(IMAGE) .

.PHONY: install
install: ## Install the CRDs alone.
	$(KUBECTL) apply --server-side -k config/crd

.PHONY: deploy
deploy: ## Install all of config/default.
	$(KUBECTL) apply --server-side -k config/default

.PHONY: clean
clean: ## Remove what was built.
	rm -rf $(BIN)
