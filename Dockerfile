FROM python:3.11-slim
WORKDIR /opt/chartcite
COPY pyproject.toml constraints.txt README.md ./
COPY rag rag
COPY ingestion ingestion
COPY finetune finetune
COPY evaluation evaluation
COPY api api
COPY corpora_manifests corpora_manifests
RUN pip install --no-cache-dir -c constraints.txt . && useradd --system --create-home chartcite \
    && install -d -o chartcite -m 0700 /var/lib/chartcite
USER chartcite
EXPOSE 8080
CMD ["chartcite", "serve"]
