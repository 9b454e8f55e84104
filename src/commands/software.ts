import { readFileSync } from 'node:fs';

function readVersion(): string {
  // src/commands/ and dist/src/commands/: the manifest is two or three folders up.
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
    } catch {
      continue;
    }
  }
  return 'unknown';
}

/** Version of this software, as `started` records name it. */
export const SOFTWARE_VERSION = readVersion();
