{{/* marsad.yaml: the values of `config`, and over them what the chart knows better. */}}
{{- define "marsad.mainFile" -}}
{{- $own := dict
  "data" "/var/lib/marsad"
  "feeds" "feeds.yaml"
  "rules" "../rules"
  "routes" "../routes/routes.yaml"
  "http" (dict "host" "0.0.0.0" "port" 8787)
}}
{{- with .Values.regions }}
{{- $_ := set $own "regions" "../routes/regions.yaml" }}
{{- end }}
{{- with .Values.lexicon }}
{{- $_ := set $own "lexicon" (keys . | sortAlpha) }}
{{- end }}
{{- if .Values.kafka.bootstrap }}
{{- $_ := set $own "kafka" (include "marsad.kafkaSection" .Values.kafka | fromYaml) }}
{{- end }}
{{- if .Values.elasticsearch.url }}
{{- $_ := set $own "elasticsearch" (include "marsad.elasticSection" .Values.elasticsearch | fromYaml) }}
{{- end }}
{{- mergeOverwrite (deepCopy .Values.config) $own | toYaml }}
{{- end }}

{{- define "marsad.kafkaSection" -}}
bootstrap: {{ toJson .bootstrap }}
prefix: {{ .prefix | quote }}
partitions: {{ .partitions }}
{{- with .replication }}
replication: {{ . }}
{{- end }}
{{- with .security }}
{{- if .protocol }}
security:
  protocol: {{ .protocol }}
  {{- if ne .protocol "SSL" }}
  mechanism: {{ .mechanism }}
  user: {file: ../secrets/kafka/{{ .userKey }}}
  password: {file: ../secrets/kafka/{{ .passwordKey }}}
  {{- end }}
  {{- if .caExistingSecret }}
  ca: ../secrets/kafka-ca/{{ .caKey }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "marsad.elasticSection" -}}
url: {{ toJson .url }}
prefix: {{ .prefix | quote }}
replicas: {{ .replicas }}
{{- with .keepMonths }}
keep_months: {{ . }}
{{- end }}
{{- with .auth }}
{{- if .existingSecret }}
{{- if .apiKeyKey }}
api_key: {file: ../secrets/elasticsearch/{{ .apiKeyKey }}}
{{- else }}
user: {file: ../secrets/elasticsearch/{{ .userKey }}}
password: {file: ../secrets/elasticsearch/{{ .passwordKey }}}
{{- end }}
{{- end }}
{{- end }}
{{- with .ca }}
{{- if .existingSecret }}
ca: ../secrets/elasticsearch-ca/{{ .key }}
{{- end }}
{{- end }}
{{- end }}

{{/* What is read once, at the start: a change of it restarts the pods. */}}
{{- define "marsad.mainData" -}}
marsad.yaml: {{ include "marsad.mainFile" . | toJson }}
feeds.yaml: {{ ternary (toYaml .Values.feeds.content) (.Files.Get "files/feeds.yaml") (not (empty .Values.feeds.content)) | toJson }}
{{- range $name, $text := .Values.lexicon }}
{{ $name | quote }}: {{ toJson $text }}
{{- end }}
{{- end }}
