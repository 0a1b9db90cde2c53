# Animateur in a container: locked dependencies, no root, everything it remembers under /data.
FROM python:3.13-slim AS build

WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /opt/animateur \
    && /opt/animateur/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY prompts prompts
RUN /opt/animateur/bin/pip install --no-cache-dir --no-deps --no-build-isolation .


FROM python:3.13-slim

RUN useradd --system --create-home --home-dir /data animateur
COPY --from=build /opt/animateur /opt/animateur
# Slack's requests, where they are sent to an address, come from outside the container.
ENV PATH="/opt/animateur/bin:$PATH" PYTHONUNBUFFERED=1 ANIMATEUR_SLACK_HOST=0.0.0.0

USER animateur
WORKDIR /data
VOLUME /data
EXPOSE 3000
CMD ["animateur", "run"]
