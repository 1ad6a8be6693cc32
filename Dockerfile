# The register in a container: Debian 12. The first part builds with the same make targets as on a machine; the second part is
# what ships, without compiler, npm and sources, and without root at run time.
#
#   docker build -t jobcoachingap-register .
#   docker run -p 8080:8080 -e JCAP_ENV=development jobcoachingap-register          (with its own PostgreSQL inside)
#   docker run -p 8080:8080 --env-file jcap.env -e DATABASE_URL=postgresql://... jobcoachingap-register

# The lists conf/install.sh reads, written out so that these layers are cached until they change.
# tests/docker compares them with conf/packages-build and conf/packages-run.
FROM debian:12 AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
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
      zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/register
COPY . .
RUN conf/install.sh build && make build

FROM debian:12
RUN apt-get update \
 && mkdir -p /etc/postgresql-common/createcluster.d \
 && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/jcap.conf \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates \
      curl \
      kore \
      libbrotli1 \
      libjansson4 \
      libmaxminddb0 \
      libpq5 \
      libqrencode4 \
      libsodium23 \
      libxml2 \
      postgresql-15 \
      postgresql-15-postgis-3 \
      postgresql-15-postgis-3-scripts \
      zlib1g \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --no-create-home --home-dir /srv/register --shell /usr/sbin/nologin register
# the folder and what is in it belong to root: the service can change nothing but var
WORKDIR /srv/register
COPY conf conf
COPY sql sql
COPY --from=build /srv/register/build/assets build/assets
COPY --from=build /srv/register/build/jcap.so /srv/register/build/jcapctl build/
RUN install -d -o register -g register var
USER register

# The embedded database, the region guess and Kore's configuration; unused with DATABASE_URL.
VOLUME /srv/register/var
ENV PORT=8080 BIND=0.0.0.0 JCAP_ENV=production
# 8080 speaks plain HTTP and is not made for the open net: a proxy belongs in front, with TLS, limits and request
# normalisation (conf/haproxy.cfg; JCAP_TRUSTED_PROXIES takes the address the proxy has for the container).
EXPOSE 8080
# /live, as the proxy: with the database away pages that are kept go on, and a new container would not bring it back
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s CMD curl -sf "http://127.0.0.1:${PORT}/live" || exit 1
STOPSIGNAL SIGTERM
CMD ["conf/run.sh"]
