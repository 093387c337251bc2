# Topicdesk in a container: built in one stage, run in another, by a user who is not root.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /opt/topicdesk \
    && /opt/topicdesk/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/topicdesk topicdesk
COPY --from=build /opt/topicdesk /opt/topicdesk
WORKDIR /app
COPY bot bot
COPY models models
COPY sandbox sandbox
COPY locales locales
ENV PATH=/opt/topicdesk/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/var/lib/topicdesk/data \
    HOST=0.0.0.0 \
    PORT=8080
RUN install --directory --owner=topicdesk --mode=700 /var/lib/topicdesk/data \
    && python -m compileall -q bot models sandbox
USER topicdesk
VOLUME /var/lib/topicdesk/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
