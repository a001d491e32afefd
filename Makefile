# The project's commands. Each sets up what it needs, and says so while it does.
.DEFAULT_GOAL := help
.PHONY: help demo test coverage check bench bench-peer mutants fuzz api-fuzz powercuts soak looks faults faults-report faults-teeth install-test image-test image-cuts image-powercuts upgrade-test rebuild backup restore screens lock bare image image-root image-lock setup-venv setup-demo setup-bench setup-powercuts setup-image setup-image-test setup-image-powercuts setup-test clean

PYTHON ?= python3
BIN := .venv/bin
# What was unpacked beside the venv, and servers, which an ordinary user's PATH does not name.
export PATH := $(CURDIR)/.tools/bin:$(PATH):/usr/sbin

help: ## print these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: setup-demo ## the whole club on this machine: broker, cloud, kiosk; DEMO_FOR=40 lets shoppers shop for 40 s
	@exec $(BIN)/python -m tests.demo

# One more than there are cores: tests wait for a browser, a broker or a clock for a quarter of their time.
WORKERS = $(shell expr $$(nproc) + 1)

TESTS = $(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(PYTEST)

test: setup-test ## every test, several files at once; PYTEST="-k swipe" chooses
	$(TESTS)

coverage: setup-test ## the same, slower, and which branches no test takes
	$(TESTS) --cov

check: setup-venv ## what needs no run: format, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m mypy --config-file= --strict .ci/setup
	$(BIN)/lint-imports

bench: setup-bench ## measure against the targets: a table, and a JSON file in .bench
	@exec $(BIN)/python -m tests.bench

bench-peer: ## install Node-RED 5 and its sqlite node with npm, beside which make bench measures
	@mkdir -p .cache/node-red
	cd .cache/node-red && npm install --no-audit --no-fund node@22 node-red@5.0.7 node-red-node-sqlite@1.1.1
	cd .cache/node-red && npm install-scripts approve sqlite3 && \
	    PATH="$$PWD/node_modules/node/bin:$$PATH" npm rebuild sqlite3 --foreground-scripts

mutants: setup-test ## break the code in named ways and see a test fail each time
	@exec $(BIN)/python -m tests.mutants

fuzz: setup-venv ## throw bytes at every decoder of what readers send, FUZZ_SECONDS=300 in all (x86_64, Python 3.11)
	@exec $(BIN)/python -m tests.fuzz

api-fuzz: setup-test ## schemathesis against the running HTTP interface: FUZZ_EXAMPLES=500 SEED=1
	@exec $(BIN)/python -m tests.cloud.api.fuzz

powercuts: setup-powercuts ## cut the power under the kiosk's journal: CUTS=200 SEED=1; one JSON line tells what was lost
	@exec $(BIN)/python -m tests.powercuts

soak: setup-demo ## VISITS=10000 to one kiosk as fast as it goes (SEED=1): memory stays as it was, no name is left in it
	@exec $(BIN)/python -m tests.soak

looks: setup-test ## which screens look different from those of another commit, and how much: BASE=main~5
	@exec $(BIN)/python -m tests.looks $(or $(BASE),main)

faults: setup-demo ## kill, cut, fill and put back at random: FAULTS=40 SEED=1 DB=postgresql; nothing is lost or doubled
	@exec $(BIN)/python -m tests.faults

faults-report: setup-venv ## the sum of all runs of make faults
	@exec $(BIN)/python -m tests.faults.report

faults-teeth: setup-demo ## make faults finds each of six named breaks of the code; MUTANT=no_nonce make faults tries one
	@exec $(BIN)/python -m tests.faults.mutants

install-test: setup-test ## as root: docs/install.md itself, in a bare Debian that systemd-nspawn boots, to a tap at head office
	@exec $(BIN)/python -m tests.install

image-test: setup-image-test ## the SD image in QEMU, to an event at a cloud outside: ONLY=first,visit chooses, ONLY=all is all
	@exec $(BIN)/python -m tests.image.qemu

image-cuts: setup-image-test ## cut the power of the image in QEMU at random moments, CYCLES=20 SEED=1; it recovers
	@exec $(BIN)/python -m tests.image.qemu cuts

image-powercuts: setup-image-powercuts ## power cuts out of the log of all that the image writes to its card: CUTS=200 SEED=1
	@exec $(BIN)/python -m tests.image.powercuts

upgrade-test: setup-demo ## an old release's cloud becomes this one while kiosks send: EVENTS=2000 DB=postgresql
	@exec $(BIN)/python -m tests.upgrade

rebuild: setup-venv ## post all stored events again, compare, and put right all but the ledger; CHECK=1 only compares
	@exec $(BIN)/python -m cloud rebuild $(if $(CHECK),--check)

backup: setup-venv ## the cloud's database and keys in one file, while it runs: FILE=night.tar
	@exec $(BIN)/python -m cloud backup "$(or $(FILE),bashgah.tar)"

restore: setup-venv ## a backup becomes the database, while the cloud is stopped: FILE=night.tar; YES=1 overwrites
	@exec $(BIN)/python -m cloud restore "$(or $(FILE),bashgah.tar)" $(if $(YES),--yes)

screens: setup-test ## draw the pictures in docs/pictures again
	$(BIN)/python -m ui.gallery docs/pictures
	$(BIN)/python -m tests.demo.pictures docs/pictures
	$(BIN)/python -m tests.cloud.desk.walks.sheets docs/pictures

lock: setup-venv ## write requirements.lock again from pyproject.toml, and the parts of it that a cloud and a kiosk need
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras \
	    --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/python -m tests.systemd.locked cloud >systemd/cloud/requirements.lock
	$(BIN)/python -m tests.systemd.locked kiosk >image/requirements.lock

image: setup-image ## as root: the SD card's image, in .image; PINS=newest takes Debian's newest packages
	@exec $(BIN)/python -m image image $(if $(PINS),--pins $(PINS))

image-root: setup-image ## as root: the card's system without a kernel, for ARCH=amd64, as a tar that systemd-nspawn boots
	@exec $(BIN)/python -m image root --arch $(or $(ARCH),amd64) $(if $(PINS),--pins $(PINS))

image-lock: setup-image ## write which Debian packages the image is made of again, from what the mirror has now
	@exec $(BIN)/python -m image lock

bare: ## as root: the tests and the demo on a Debian with nothing on it, from a fresh clone of HEAD
	@exec .ci/bare

setup-venv setup-demo setup-bench setup-powercuts setup-image setup-image-test setup-image-powercuts: # only the set-up of another target
	@$(PYTHON) .ci/setup $(@:setup-%=%)

setup-test: ## only the set-up, of everything
	@$(PYTHON) .ci/setup test

clean: ## remove what the targets made, the venv too
	rm -rf .venv .tools .cache .demo .bench .image .hypothesis .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
