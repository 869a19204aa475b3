# One recipe line a target, and each step becomes the next, so that a signal sent to make reaches what runs.
PYTHON ?= $(shell command -v python3.11 || echo python3)
BOOT = exec $(PYTHON) helpdesk/dev/boot.py

.PHONY: run test check proofs bench reset install

run:
	@$(BOOT) run

test:
	@$(BOOT) test $(ARGS)

check:
	@$(BOOT) check

proofs:
	@$(BOOT) proofs $(ARGS)

bench:
	@$(BOOT) bench $(ARGS)

reset:
	@$(BOOT) reset

install:
	@$(BOOT) install
