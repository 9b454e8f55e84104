export { recordToJson } from './describe.ts';
export { collect, openParts, type OpenedPart } from './payload.ts';
export { systemPorts, type Ports } from './ports.ts';
export { main } from './program.ts';
export { Wishes } from './signals.ts';
