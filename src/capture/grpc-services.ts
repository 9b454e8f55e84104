import type { ServiceDefinition } from '@grpc/grpc-js';

/**
 * Service definitions whose messages are bytes: grpc-js calls (de)serializers as plain functions, and building objects
 * would cost half of the processor's time (protobuf is read by scanning, answers are ready bytes).
 */

const asBytes = (buffer: Buffer): Uint8Array => buffer;
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function method(path: string, requestStream: boolean, responseStream: boolean) {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: asBuffer,
    requestDeserialize: asBytes,
    responseSerialize: asBuffer,
    responseDeserialize: asBytes,
  };
}

/** proto/envoy/service/ext_proc/v3/external_processor.proto */
export const EXTERNAL_PROCESSOR = {
  process: method('/envoy.service.ext_proc.v3.ExternalProcessor/Process', true, true),
} satisfies ServiceDefinition;

/** proto/envoy/service/accesslog/v3/als.proto */
export const ACCESS_LOG_SERVICE = {
  streamAccessLogs: method('/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs', true, false),
} satisfies ServiceDefinition;

/** proto/envoy/service/metrics/v3/metrics_service.proto */
export const METRICS_SERVICE = {
  streamMetrics: method('/envoy.service.metrics.v3.MetricsService/StreamMetrics', true, false),
} satisfies ServiceDefinition;

/** proto/grpc/health/v1/health.proto */
export const HEALTH = {
  check: method('/grpc.health.v1.Health/Check', false, false),
  watch: method('/grpc.health.v1.Health/Watch', false, true),
} satisfies ServiceDefinition;

/** gRPC metadata in which an Envoy configuration names the profile of its streams: `observe`, `inline` or `strict`. */
export const PROFILE_METADATA = 'x-affidavit-profile';
