# Beanpole: everything a person types.
#
#   make demo      build, then watch messages being delivered, failing, coming back and being dead-lettered
#   make test      build and run every test
#   make tsan      the tests of the concurrent foundations under the thread sanitizer
#   make soak      a minute of generated input, then the long form of FaultTests; SEEDS="1 2 3"
#   make lint      formatting, and rules that the compiler does not know
#   make release   the three programs, small and stripped, in .build/dist
#   make bench     what a message costs, measured with the released programs (bench/README.md)
#   make bench-worker   what a job costs, beside webhook and beside nginx with php-fpm (bench/README.md)
#   make clean     remove everything that was built

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test tsan soak lint release bench bench-worker clean build-packages test-packages

help:
	@sed -n '3,12s/^# *//p' Makefile

# What building needs beside Swift, and what the tests need beside that. Debian's names.
BUILD_PACKAGES := libcurl4-openssl-dev libyaml-dev pkg-config
DEMO_PACKAGES := curl
BENCH_PACKAGES := gcc python3
BENCH_WORKER_PACKAGES := python3 wrk webhook nginx-light php-cli php-mbstring php-laravel-framework php-fpm
TEST_PACKAGES := curl python3-venv procps
# Where there are no such packages, the tests that need them are skipped, and say so.
LARAVEL_PACKAGES := php-cli php-mbstring php-laravel-framework php-fpm
# The reader of cron expressions that Beanstalk's daemon uses.
CRON_PACKAGES := ruby ruby-parse-cron

build-packages:
	@.ci/packages $(BUILD_PACKAGES)

demo: build-packages
	@.ci/packages $(DEMO_PACKAGES)
	@swift build --product sqsd
	@swift build --product worker-server
	@swift build --product local-sqs
	@examples/demo/run

# boto3, botocore and awscli are the judges of our AWS side, moto is a second SQS.
VENV := .venv
$(VENV)/ready: Tests/requirements.txt | test-packages
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r Tests/requirements.txt
	touch $@

test-packages: build-packages
	@.ci/packages $(TEST_PACKAGES)
	@.ci/packages --optional $(LARAVEL_PACKAGES)
	@.ci/packages --optional $(CRON_PACKAGES)

# ServerTests has a process of its own: it starts thousands of children and opens thousands of connections, and what another
# test has open at that moment is open in each child too, until its exec.
# All tests at once starve each other on a small machine; those that wait for programs take no processor time meanwhile.
LIMITED := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8

test: test-packages $(VENV)/ready
	$(LIMITED) .ci/counted all swift test --skip '^ServerTests\.'
	$(LIMITED) .ci/counted server swift test --skip-build --filter '^ServerTests\.'

# Swift's own runtime is not instrumented for undefined behaviour or, on Linux, for leaks; races are what matters here.
tsan: test-packages $(VENV)/ready
	$(LIMITED) .ci/counted tsan swift test --sanitize=thread --scratch-path .build/tsan --filter 'CurlTests|HTTPCoreTests'

# Every suite with Fuzz in its name for SOAK_SECONDS, then tens of minutes for each seed. What fails says how to replay it.
SEEDS ?= 1
SOAK_SECONDS ?= 60
soak: test-packages
	SOAK_SECONDS=$(SOAK_SECONDS) swift test --filter Fuzz
	swift build --product sqsd
	python3 -B Tests/FaultTests/Fixtures/run.py --sqsd .build/debug/sqsd --full --seeds "$(SEEDS)"

lint:
	.ci/lint

# worker-server is fully static, so that it runs in any image; sqsd needs libcurl, which follows its distribution.
# Scratch paths of their own: other flags would rebuild everything each time.
DIST := .build/dist
# Nobody loads these programs as a library: without their names for the dynamic linker they are 2 MB smaller.
SMALLER := -Xlinker --no-export-dynamic
RELEASED := swift build -c release --static-swift-stdlib $(SMALLER) --scratch-path .build/release-dynamic
RELEASED_STATIC := .ci/quiet-linker swift build -c release --static-swift-stdlib -Xswiftc -static-executable \
  --scratch-path .build/release-static
release: build-packages
	$(RELEASED) --product sqsd
	$(RELEASED) --product local-sqs
	$(RELEASED_STATIC) --product worker-server
	mkdir -p $(DIST)
	strip -o $(DIST)/sqsd .build/release-dynamic/release/sqsd
	strip -o $(DIST)/local-sqs .build/release-dynamic/release/local-sqs
	strip -o $(DIST)/worker-server .build/release-static/release/worker-server
	.ci/check-release $(DIST)

# BENCH is for bench/run: make bench BENCH=--quick
bench: build-packages
	@.ci/packages $(BENCH_PACKAGES)
	@$(RELEASED) --product sqsd
	@$(RELEASED) --product local-sqs
	@mkdir -p $(DIST)
	@strip -o $(DIST)/sqsd .build/release-dynamic/release/sqsd
	@strip -o $(DIST)/local-sqs .build/release-dynamic/release/local-sqs
	@bench/run $(BENCH)

# make bench-worker BENCH=--quick
bench-worker: build-packages
	@.ci/packages $(BENCH_WORKER_PACKAGES)
	@$(RELEASED_STATIC) --product worker-server
	@mkdir -p $(DIST)
	@strip -o $(DIST)/worker-server .build/release-static/release/worker-server
	@bench/worker $(BENCH)

clean:
	rm -rf .build $(VENV)
