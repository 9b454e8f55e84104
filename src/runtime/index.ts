export { Certificates, type CertificateFiles, type CertificatesOptions, type Credentials } from './certificates.ts';
export * from './clock.ts';
export * from './files.ts';
export * from './http.ts';
export * from './logger.ts';
export { nodeFiles } from './node-files.ts';
export * from './random.ts';
export * from './random-pool.ts';
export { logRefusals } from './tls-refusals.ts';
