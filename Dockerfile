# The register in a container: Debian 12, the same make targets as on a machine, no root at run time.
#
#   docker build -t jobcoachingap-register .
#   docker run -p 8080:8080 -e JCAP_ENV=development jobcoachingap-register          (with its own PostgreSQL inside)
#   docker run -p 8080:8080 --env-file jcap.env -e DATABASE_URL=postgresql://... jobcoachingap-register
FROM debian:12

# The same lists conf/install.sh reads, written out so that this layer is cached until they change.
# tests/docker compares them with conf/packages-run.
RUN apt-get update \
 && mkdir -p /etc/postgresql-common/createcluster.d \
 && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/jcap.conf \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates \
      curl \
      gcc \
      kore \
      libbrotli-dev \
      libc6-dev \
      libjansson-dev \
      libmaxminddb-dev \
      libpq-dev \
      libqrencode-dev \
      libsodium-dev \
      libssl-dev \
      libxml2-dev \
      make \
      nodejs \
      npm \
      pkg-config \
      postgresql-15 \
      postgresql-15-postgis-3 \
      postgresql-15-postgis-3-scripts \
      zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --home-dir /srv/register --shell /usr/sbin/nologin register
WORKDIR /srv/register
COPY --chown=register:register . .
USER register
RUN conf/install.sh run && make build && rm -rf assets/node_modules

# The embedded database, the region guess and Kore's configuration; unused with DATABASE_URL.
VOLUME /srv/register/var
ENV PORT=8080 BIND=0.0.0.0 JCAP_ENV=production
# 8080 speaks plain HTTP and is not made for the open net: a proxy belongs in front, with TLS, limits and request
# normalisation (conf/haproxy.cfg; JCAP_TRUSTED_PROXIES takes the address the proxy has for the container).
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s CMD curl -sf "http://127.0.0.1:${PORT}/ready" || exit 1
STOPSIGNAL SIGTERM
CMD ["conf/run.sh"]
