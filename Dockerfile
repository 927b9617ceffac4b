# Two stages: the first has what installing needs, the second only what running needs.
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/kb
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY kb.py ./
COPY service ./service
COPY ingest ./ingest
COPY web ./web
# Give the address of an index of CPU builds here, or the registry's build with several gigabytes of CUDA is taken.
ARG TORCH_INDEX=
RUN /opt/kb/bin/pip install ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -c constraints.txt '.[postgresql]'

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Kunskapsbanken" org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin kb \
    && install -d -o kb -g kb -m 0750 /data
COPY --from=build /opt/kb /opt/kb
COPY samples/library /samples
ENV PATH=/opt/kb/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    KB_DATA=/data \
    KB_HOST=0.0.0.0
USER kb
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["kb"]
CMD ["serve"]
