{{- define "marsad.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* 40 signs at most: the names of pods and of their revisions are made from it, and have 63. */}}
{{- define "marsad.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "marsad.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "marsad.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "marsad.selectorLabels" -}}
app.kubernetes.io/name: {{ include "marsad.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "marsad.labels" -}}
{{ include "marsad.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Of pods: nothing that changes with the chart alone, which would restart them. */}}
{{- define "marsad.podLabels" -}}
{{ include "marsad.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "marsad.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "marsad.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "marsad.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{/* The components of this release, as a JSON list of their names: {"names": [...]}. */}}
{{- define "marsad.components" -}}
{{- if not .Values.kafka.bootstrap -}}
{{- dict "names" (list "embedded") | toJson -}}
{{- else if .Values.elasticsearch.url -}}
{{- dict "names" (list "poll" "read" "index" "watch") | toJson -}}
{{- else -}}
{{- dict "names" (list "poll" "read" "watch") | toJson -}}
{{- end -}}
{{- end }}

{{- define "marsad.command" -}}
{{- get (dict "embedded" "run" "poll" "poll" "read" "worker read" "index" "worker index" "watch" "watch") . -}}
{{- end }}

{{/* Restricted in the sense of the Pod Security Standards. */}}
{{- define "marsad.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "marsad.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}
