#!/bin/bash
# Starts Kafka in the local image, configured as the official image is: KAFKA_NODE_ID=1 becomes node.id=1.
set -eu
config=/tmp/server.properties
env | sed -n 's/^KAFKA_//p' | while IFS='=' read -r name value; do
  printf '%s=%s\n' "$(printf '%s' "$name" | tr 'A-Z_' 'a-z.')" "$value"
done > "$config"
classes=(-cp '/opt/kafka/libs/*')
java "${classes[@]}" kafka.tools.StorageTool format --ignore-formatted -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c "$config"
exec java -Xms256m -Xmx512m "${classes[@]}" kafka.Kafka "$config"
