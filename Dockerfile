# The product for a container engine: the same locks and the same commands as the embedded stack.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1
WORKDIR /app

COPY requirements/ requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/runtime.lock \
 && pip install --no-cache-dir --no-deps --require-hashes -r requirements/s3.lock

COPY . .
RUN useradd --system --uid 10001 desk \
 && mkdir -p /run/desk/metrics \
 && chown -R desk /run/desk \
 && python -m helpdesk.dev.catalogues \
 && SECRET_KEY=build DATABASE_URL=postgresql:///build REDIS_URL=redis://build python manage.py collectstatic --noinput

USER desk
EXPOSE 8000
# docker-compose.yml says which of the commands of helpdesk/dev/table.py a container runs.
CMD ["python", "manage.py", "check"]
