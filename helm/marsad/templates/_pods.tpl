{{/*
Mounts and their volumes, as JSON: {"volumes": [...], "mounts": [...]}. A Secret or ConfigMap each, and never one inside
another: none is mounted by subPath, which would never be updated.
Takes root and component: embedded, poll, read, index, watch, kafka-setup, elastic-setup or elastic-retain.
*/}}
{{- define "marsad.mounts" -}}
{{- $values := .root.Values }}
{{- $name := include "marsad.fullname" .root }}
{{- $setup := hasSuffix "-setup" .component }}
{{- $job := or $setup (eq .component "elastic-retain") }}
{{- $maps := dict "main" (printf "%s-main" $name) }}
{{- $secrets := dict }}
{{- if $setup }}
{{- $_ := set $maps "main" (printf "%s-setup" $name) }}
{{- else if not $job }}
{{- $_ := set $maps "rules" (default (printf "%s-rules" $name) $values.rules.existingConfigMap) }}
{{- $_ := set $maps "routes" (default (printf "%s-routes" $name) $values.routes.existingConfigMap) }}
{{- end }}
{{- if has .component (list "embedded" "poll") }}
{{- $_ := set $secrets "feeds" $values.feeds.existingSecret }}
{{- end }}
{{- if has .component (list "embedded" "watch") }}
{{- $_ := set $secrets "routes" $values.routes.existingSecret }}
{{- end }}
{{- if and $values.kafka.bootstrap (not (hasPrefix "elastic-" .component)) }}
{{- $login := $values.kafka.security.existingSecret }}
{{- $_ := set $secrets "kafka" (ternary (default $login $values.kafka.setup.existingSecret) $login $setup) }}
{{- $_ := set $secrets "kafka-ca" $values.kafka.security.caExistingSecret }}
{{- end }}
{{- if has .component (list "index" "elastic-setup" "elastic-retain") }}
{{- $login := $values.elasticsearch.auth.existingSecret }}
{{- $_ := set $secrets "elasticsearch" (ternary (default $login $values.elasticsearch.setup.existingSecret) $login $job) }}
{{- $_ := set $secrets "elasticsearch-ca" $values.elasticsearch.ca.existingSecret }}
{{- end }}
{{- $volumes := list (dict "name" "tmp" "emptyDir" (dict "sizeLimit" "64Mi")) }}
{{- $mounts := list (dict "name" "tmp" "mountPath" "/tmp") }}
{{- range $key, $map := $maps }}
{{- $volumes = append $volumes (dict "name" $key "configMap" (dict "name" $map)) }}
{{- $mounts = append $mounts (dict "name" $key "mountPath" (printf "/etc/marsad/%s" $key) "readOnly" true) }}
{{- end }}
{{- range $key, $secret := $secrets }}
{{- if $secret }}
{{- $volumes = append $volumes (dict "name" (printf "secret-%s" $key) "secret" (dict "secretName" $secret "defaultMode" 288)) }}
{{- $mounts = append $mounts (dict "name" (printf "secret-%s" $key) "mountPath" (printf "/etc/marsad/secrets/%s" $key) "readOnly" true) }}
{{- end }}
{{- end }}
{{- if has .component (list "embedded" "watch") }}
{{- $mounts = append $mounts (dict "name" "data" "mountPath" "/var/lib/marsad") }}
{{- if not (get $values .component).persistence.enabled }}
{{- $volumes = append $volumes (dict "name" "data" "emptyDir" dict) }}
{{- end }}
{{- end }}
{{- if not $job }}
{{- $volumes = concat $volumes $values.extraVolumes }}
{{- $mounts = concat $mounts $values.extraVolumeMounts }}
{{- end }}
{{- dict "volumes" $volumes "mounts" $mounts | toJson }}
{{- end }}

{{/* A component: its pods, and the Service that finds them. Takes root and component. */}}
{{- define "marsad.component" -}}
{{- $root := .root }}
{{- $component := .component }}
{{- $settings := get $root.Values $component }}
{{- $name := printf "%s-%s" (include "marsad.fullname" $root) $component }}
{{- $parts := include "marsad.mounts" . | fromJson }}
{{- $persistence := default dict $settings.persistence }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels:
    {{- include "marsad.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $component }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  ports:
    - {name: http, port: 8787, targetPort: http}
  selector:
    {{- include "marsad.selectorLabels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $component }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $name }}
  labels:
    {{- include "marsad.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $component }}
spec:
  serviceName: {{ $name }}
  replicas: {{ default 1 $settings.replicas }}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      {{- include "marsad.selectorLabels" $root | nindent 6 }}
      app.kubernetes.io/component: {{ $component }}
  template:
    metadata:
      labels:
        {{- include "marsad.podLabels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $component }}
        {{- with $settings.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/main: {{ include "marsad.mainData" $root | sha256sum }}
        {{- with $settings.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "marsad.serviceAccountName" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $settings.terminationGracePeriodSeconds }}
      securityContext:
        {{- include "marsad.podSecurityContext" $root | nindent 8 }}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- range $key := list "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" }}
      {{- with get $settings $key }}
      {{ $key }}:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      {{- with $settings.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      containers:
        - name: marsad
          image: {{ include "marsad.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: {{ splitList " " (include "marsad.command" $component) | toJson | trimSuffix "]" }},"/etc/marsad/main"]
          env:
            - name: MARSAD_INSTANCE
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            {{- with $settings.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - {name: http, containerPort: 8787}
          startupProbe:
            httpGet: {path: /healthz, port: http}
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 60
          livenessProbe:
            httpGet: {path: /healthz, port: http}
            periodSeconds: 15
            timeoutSeconds: 5
            failureThreshold: 4
          readinessProbe:
            httpGet: {path: /readyz, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          resources:
            {{- toYaml $settings.resources | nindent 12 }}
          securityContext:
            {{- include "marsad.securityContext" $root | nindent 12 }}
          volumeMounts:
            {{- toYaml $parts.mounts | nindent 12 }}
      volumes:
        {{- toYaml $parts.volumes | nindent 8 }}
  {{- if $persistence.enabled }}
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
  volumeClaimTemplates:
    - metadata:
        name: data
        labels:
          {{- include "marsad.selectorLabels" $root | nindent 10 }}
          app.kubernetes.io/component: {{ $component }}
      spec:
        accessModes: {{ toJson $persistence.accessModes }}
        {{- with $persistence.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources: {requests: {storage: {{ $persistence.size }}}}
  {{- end }}
{{- end }}

{{/* The pod of a job. Takes root, component, command (a list) and account. */}}
{{- define "marsad.jobPod" -}}
{{- $root := .root }}
{{- $parts := include "marsad.mounts" . | fromJson }}
metadata:
  labels:
    {{- include "marsad.podLabels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  serviceAccountName: {{ .account }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  restartPolicy: Never
  securityContext:
    {{- include "marsad.podSecurityContext" $root | nindent 4 }}
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: marsad
      image: {{ include "marsad.image" $root }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      args: {{ append .command "/etc/marsad/main" | toJson }}
      resources:
        requests: {cpu: 100m, memory: 128Mi}
        limits: {memory: 256Mi}
      securityContext:
        {{- include "marsad.securityContext" $root | nindent 8 }}
      volumeMounts:
        {{- toYaml $parts.mounts | nindent 8 }}
  volumes:
    {{- toYaml $parts.volumes | nindent 4 }}
{{- end }}
