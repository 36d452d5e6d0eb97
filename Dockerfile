# syntax=docker/dockerfile:1
# One image for the site and for its workers; which one it is, the command decides.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /tmp/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=false STATIC_ROOT=/static
RUN useradd --system --uid 10001 --home-dir /nonexistent books
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY books_cliq books_cliq/
COPY portal portal/
COPY integrations integrations/
COPY templates templates/
COPY static static/
# The settings ask for keys even here; these open nothing and stay out of the image.
RUN SECRET_KEY=build FIELD_ENCRYPTION_KEYS=aW5zZWN1cmUtZm9yLWRldmVsb3BtZW50LW9ubHktISE= \
    ALLOWED_HOSTS=build SITE_URL=https://build python manage.py collectstatic --noinput \
    && python -m compileall -q books_cliq portal integrations
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", \
    "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "web", "--host", "0.0.0.0"]
