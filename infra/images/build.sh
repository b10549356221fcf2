#!/bin/bash
# Builds holdfast/kafka:4.3.1 and holdfast/redis:local from Debian's packages and Maven's jars, for places where no
# image can be pulled.
# They take the same settings as apache/kafka and redis. Needs root, debootstrap, mvn and a Docker engine.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=${HOLDFAST_IMAGE_CACHE:-$PWD/.run/images}
mkdir -p "$cache"

if [ ! -d kafka/libs ]; then
  fetched=$(mktemp -d kafka/libs.new-XXXXXX)
  mvn -q -B -f kafka/pom.xml dependency:copy-dependencies "-DoutputDirectory=$PWD/$fetched"
  mv "$fetched" kafka/libs
fi

# One root file system serves both images. It is built under another name and renamed, so that a failed build is not
# used.
if [ ! -f "$cache/root.tar" ]; then
  . /etc/os-release
  # The mirror that this machine's own apt uses; debootstrap's default where it names none.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | grep -v '^file:' | head -n 1 || true)
  root=$(mktemp -d "$cache/root-XXXXXX")
  # mktemp's folder is its owner's alone; as the root of a container it must be open to the users inside.
  chmod 755 "$root"
  debootstrap --variant=minbase --include=redis-server,default-jre-headless "$VERSION_CODENAME" "$root" ${mirror:+"$mirror"} > "$cache/debootstrap.log" 2>&1 \
    || { tail -n 30 "$cache/debootstrap.log"; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/doc/*
  mkdir -p "$root/var/lib/kafka/data" "$root/data"
  tar -C "$root" -cf "$cache/root.tar.new" .
  mv "$cache/root.tar.new" "$cache/root.tar"
  rm -rf "$root"
fi

docker import --change 'CMD ["redis-server"]' --change 'VOLUME /data' "$cache/root.tar" holdfast/redis:local

# The Kafka image is the same file system with the jars added to a copy of its archive.
cp "$cache/root.tar" "$cache/kafka.tar"
tar -rf "$cache/kafka.tar" --transform 's,^,./opt/kafka/,' -C kafka libs -C ../images kafka-entrypoint.sh
docker import --change 'ENTRYPOINT ["bash", "/opt/kafka/kafka-entrypoint.sh"]' --change 'VOLUME /var/lib/kafka/data' "$cache/kafka.tar" holdfast/kafka:4.3.1
rm -f "$cache/kafka.tar"
