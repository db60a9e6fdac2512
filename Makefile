# On a fresh machine these need make, sh and some python3; everything else is brought.
# `make run PORT=9000` and the other variables of the README work here too.

IN := sh deploy/bootstrap.sh

.PHONY: run test test-slow openapi conformance lint format types ci

run: ## everything: database, broker, web, worker, clock
	@UV_NO_DEV=1 $(IN) python manage.py up

test: ## all tests but the slow ones, on every core
	@$(IN) pytest -n auto --dist worksteal -m "not slow"

test-slow: ## those that start and kill real processes
	@$(IN) pytest -n 2 --dist loadgroup -m slow
	@$(IN) python -m tests.openapi --seed 2 --max-examples 20 --seconds 45 --workers 2

openapi: ## the API is as its OpenAPI description says; needs npm
	@$(IN) python -m tests.openapi --seed 1 --max-examples 10 --seconds 40

conformance: ## the official suite of the Model Context Protocol; needs npm
	@$(IN) python -m tests.conformance

lint: ## format, lint, types, the import contract, migrations
	@$(IN) ruff format --check .
	@$(IN) ruff check .
	@$(IN) mypy .
	@$(IN) lint-imports
	@$(IN) python manage.py makemigrations --check --dry-run

format:
	@$(IN) ruff format .
	@$(IN) ruff check --fix .

ci: ## what the server runs
	@bash .ci/run
