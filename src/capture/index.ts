export type { CaptureLimits } from './limits.ts';
export { ID_HEADER, PARENT_HEADER } from './head.ts';
export { type OpenedExchange, recoverOpened } from './recover.ts';
export type { CaptureOptions, CaptureTls } from './options.ts';
export { CaptureServer } from './server.ts';
export { LogServer, type LogServerOptions } from './log-server.ts';
export { NOT_RECORDED } from './strict-wait.ts';
export type { CaptureStats, LogStats } from './stats.ts';
export { ACCESS_LOG_SERVICE, EXTERNAL_PROCESSOR, HEALTH, METRICS_SERVICE, PROFILE_METADATA } from './grpc-services.ts';
