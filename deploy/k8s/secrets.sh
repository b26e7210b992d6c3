#!/usr/bin/env bash
# Prints the Secrets of a namespace, made from a folder of secrets (docs/kubernetes.md):
#
#   deploy/k8s/secrets.sh deploy/secrets bigdata | kubectl apply --server-side -f -
#
# One Secret for each circle of those who may read it. A line break at the end of a file is no part of the secret.
set -euo pipefail
folder=${1:?usage: secrets.sh FOLDER [NAMESPACE]}
namespace=${2:-bigdata}
kubectl=${KUBECTL:-kubectl}

# Through a pipe: what stands in arguments every process of the host can read.
secret() {
  local name=$1 file
  shift
  for file in "$@"; do
    printf '%s=%s\n' "$file" "$(cat "$folder/$file")"
  done | "$kubectl" create secret generic "$name" --namespace="$namespace" --from-env-file=/dev/stdin --dry-run=client --output=yaml
  echo ---
}

secret service-identity service_identity_secret
secret key-pepper key_pepper
secret admin-service database_url erasure_key admin_api_key
secret query-service clickhouse_url cursor_secret
secret ingest-worker clickhouse_url s3_secret_access_key
secret clickhouse clickhouse_password
secret postgres postgres_password

# KEDA wants the host and the port of Redis by themselves.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$folder"/redis_url "$folder"/redis_password "$folder"/redis_conf "$scratch"
sed -E 's#^rediss?://([^@]*@)?##; s#/.*$##' "$folder/redis_url" > "$scratch/redis_address"
folder=$scratch
secret redis redis_url redis_password redis_conf redis_address
