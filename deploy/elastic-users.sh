#!/bin/bash
# Run once by compose.yaml, in Elasticsearch's own image: gives Kibana's user its password, and Marsad two users that may
# reach its own indices only: one sets up, one writes. It may be run again at any time.
set -euo pipefail

url=${ELASTICSEARCH_URL:?}

refuse_odd() { # name, value: only what needs no quoting in JSON
  [[ $2 =~ ^[A-Za-z0-9._-]{12,}$ ]] && return
  echo "$1: write 12 characters or more, letters, digits, '.', '_' and '-' only: openssl rand -hex 24" >&2
  exit 2
}

send() { # method, path, body; the password goes by standard input, where no list of processes shows it
  curl --config - --fail-with-body --silent --show-error --request "$1" --header "Content-Type: application/json" \
    --data "$3" "$url$2" <<<"user = \"elastic:$ELASTIC_PASSWORD\""
  echo
}

for name in ELASTIC_PASSWORD KIBANA_PASSWORD MARSAD_SETUP_PASSWORD MARSAD_INDEX_PASSWORD; do
  refuse_odd "$name" "${!name:-}"
done

send POST /_security/user/kibana_system/_password "{\"password\": \"$KIBANA_PASSWORD\"}"
# The roles of docs/operations.md.
send PUT /_security/role/marsad-setup '{
  "cluster": ["monitor", "manage_index_templates"],
  "indices": [{"names": ["marsad-*"], "privileges": ["manage", "read", "write"]}]
}'
send PUT /_security/role/marsad-index '{
  "cluster": ["monitor"],
  "indices": [
    {"names": ["marsad-*"], "privileges": ["view_index_metadata", "read", "write"]},
    {"names": ["marsad-articles*", "marsad-ledger*"], "privileges": ["manage"]}
  ]
}'
send PUT /_security/user/marsad-setup "{\"password\": \"$MARSAD_SETUP_PASSWORD\", \"roles\": [\"marsad-setup\"]}"
send PUT /_security/user/marsad-index "{\"password\": \"$MARSAD_INDEX_PASSWORD\", \"roles\": [\"marsad-index\"]}"
