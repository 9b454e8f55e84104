export type { CaptureLimits } from './limits.ts';
export { ID_HEADER, PARENT_HEADER } from './head.ts';
export { type OpenedExchange, recoverOpened } from './recover.ts';
export type { CaptureOptions, CaptureTls } from './options.ts';
export { CaptureServer } from './server.ts';
export { NOT_RECORDED } from './session.ts';
export type { CaptureStats } from './stats.ts';
export { PROFILE_METADATA } from './streams.ts';
export { ACCESS_LOG_SERVICE, EXTERNAL_PROCESSOR, HEALTH } from './grpc-services.ts';
